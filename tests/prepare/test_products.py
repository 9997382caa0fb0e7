"""What the brand sells: kept, imported, and found in what customers say."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from premura import access
from premura.models import Event, Product
from premura.prepare import product_list, products
from premura.prepare.products import Said, Unfit

MERLA = Said("Merla", "merlot, rosso", "18 €", "https://rossi.example/merla", "Annata 2022")


@pytest.fixture
def bruno(world):
    return access.standing(world.bruno)


def deeds():
    return Event.objects.filter(deed="product changed").order_by("pk")


def names(found):
    return [one.name for one in found]


# -- one by one -----------------------------------------------------------------------------------


def test_a_lead_keeps_changes_and_removes_a_product_and_each_is_journaled_once(world, bruno):
    made = products.save(bruno, replace(MERLA, name="  Merla  ", words="merlot, , merlot ,rosso"))
    assert (made.name, made.words) == ("Merla", "merlot, rosso")
    products.save(bruno, MERLA, made)  # says nothing new
    products.save(bruno, replace(MERLA, price="20 €"), made)
    assert products.remove(bruno, made)
    assert not products.remove(bruno, made)
    assert [event.facts["how"] for event in deeds()] == ["made", "changed", "removed"]
    assert deeds()[1].facts["fields"] == ["price"]
    assert deeds()[1].by == world.bruno


def test_everybody_reads_and_only_leads_and_admins_write(world, bruno):
    made = products.save(access.standing(world.elena), MERLA)
    for agent in (world.ada, world.rita):
        standing = access.standing(agent)
        assert products.listed(standing).rows == [made]
        for deed in (
            lambda given: products.save(given, MERLA),
            lambda given: products.remove(given, made),
            lambda given: products.take_list(given, "Rosa"),
        ):
            with pytest.raises(PermissionDenied):
                deed(standing)
    assert Product.objects.get().name == "Merla"


def test_another_brands_products_are_not_ours(world, bruno):
    made = products.save(bruno, MERLA)
    zoe = access.standing(world.zoe)
    assert products.listed(zoe).rows == []
    assert products.found_in(world.bookshop.pk, ["Merla"]) == []
    with pytest.raises(Http404):
        products.product(world.zoe, made.pk)


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        ({"name": " "}, "name", "missing"),
        ({"name": "…"}, "name", "missing"),
        ({"name": "x" * 151}, "name", "long"),
        ({"note": "x" * 301}, "note", "long"),
        ({"link": "javascript:alert(1)"}, "link", "link"),
        ({"link": "ftp://rossi.example/merla"}, "link", "link"),
        ({"link": "rossi.example/merla"}, "link", "link"),
        ({"link": "https://"}, "link", "link"),
        ({"name": "ROSA"}, "name", "taken"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(bruno, wrong, field, why):
    products.save(bruno, Said("Rosa"))
    with pytest.raises(Unfit) as caught:
        products.save(bruno, replace(MERLA, **wrong))
    assert (caught.value.field, caught.value.why) == (field, why)
    assert names(Product.objects.all()) == ["Rosa"]
    assert deeds().count() == 1


def test_a_product_that_was_removed_while_it_was_changed_is_kept_anew(bruno):
    made = products.save(bruno, MERLA)
    products.remove(bruno, made)
    assert products.save(bruno, replace(MERLA, price="20 €"), made).pk != made.pk
    assert Product.objects.get().price == "20 €"


def test_there_is_a_most(bruno, monkeypatch):
    monkeypatch.setattr(products, "MOST", 2)
    first = products.save(bruno, Said("Uno"))
    products.save(bruno, Said("Due"))
    with pytest.raises(Unfit, match="many"):
        products.save(bruno, Said("Tre"))
    products.save(bruno, Said("Uno", price="1 €"), first)
    taken = products.take_list(bruno, "Due;;2 €\nTre\nQuattro")
    assert (taken.changed, [(one.number, one.why) for one in taken.wrong]) == (1, [(2, "many"), (3, "many")])


def test_the_list_goes_by_name_in_pages_and_finds_words(bruno, monkeypatch):
    monkeypatch.setattr(products, "PAGE", 2)
    products.take_list(bruno, "Rosa;pink one\nAcquavite\nMerla;merlot;;;solo in bottega")
    first = products.listed(bruno)
    assert names(first.rows) == ["Acquavite", "Merla"]
    rest = products.listed(bruno, after=first.after)
    assert (names(rest.rows), rest.after) == (["Rosa"], "")
    assert names(products.listed(bruno, "PINK").rows) == ["Rosa"]
    assert names(products.listed(bruno, "bottega merlot").rows) == ["Merla"]
    for wrong in ("x", "-", "7-\0", "99999999999999999999-a"):
        assert len(products.listed(bruno, after=wrong).rows) == 2


def test_the_line_says_name_price_and_link_and_no_more_than_there_is():
    assert (
        products.line(Product(name="Merla", price="18 €", link="https://a.example")) == "Merla, 18 €: https://a.example"
    )
    assert products.line(Product(name="Merla", link="https://a.example")) == "Merla: https://a.example"
    assert products.line(Product(name="Merla")) == "Merla"


# -- many at once -----------------------------------------------------------------------------------

LIST = """Merla 2022; merlot, rosso; 18,50 €; https://rossi.example/merla; Annata 2022

Rosa ; ; 15 €; rossi.example/rosa;
;senza nome
"Aperta e mai chiusa; 3 €
Magnum\t12
MERLA 2022; due volte
Vuoto;a;b;https://c.example;e;f
Olio;;;https://rossi.example/olio
"""


def test_of_a_list_the_good_lines_are_kept_and_the_bad_ones_named(world, bruno):
    taken = products.take_list(bruno, LIST)
    assert (taken.made, taken.changed, taken.same) == (3, 0, 0)
    assert names(Product.objects.order_by("name")) == ["Magnum 12", "Merla 2022", "Olio"]
    kept = Product.objects.get(name="Merla 2022")
    assert (kept.words, kept.price, kept.link) == ("merlot, rosso", "18,50 €", "https://rossi.example/merla")
    assert [(one.number, one.field, one.why) for one in taken.wrong] == [
        (3, "link", "link"), (4, "name", "missing"), (5, "name", "quotes"), (7, "name", "twice"), (8, "name", "quotes"),
    ]  # fmt: skip
    assert taken.wrong[0].line == "Rosa ; ; 15 €; rossi.example/rosa;"
    event = deeds().get()
    assert (event.facts["how"], event.facts["made"], event.by) == ("list", 3, world.bruno)


def test_the_same_list_twice_changes_nothing_and_says_so(bruno):
    products.take_list(bruno, LIST)
    again = products.take_list(bruno, LIST)
    assert (again.made, again.changed, again.same) == (0, 0, 3)
    assert deeds().count() == 1


def test_what_is_there_is_changed_and_an_empty_cell_changes_nothing(bruno):
    made = products.save(bruno, MERLA)
    taken = products.take_list(bruno, "merla;;20 €")
    assert (taken.made, taken.changed) == (0, 1)
    made.refresh_from_db()
    assert (made.name, made.words, made.price, made.link) == ("Merla", MERLA.words, "20 €", MERLA.link)


@pytest.mark.parametrize(
    "text",
    [
        'Titolo,Prezzo,SKU,URL\n"Merla, la rossa",18 €,77,https://rossi.example/merla\n',
        "Link;Name;Price\nhttps://rossi.example/merla;Merla, la rossa;18 €",
        "name\tlink\tprice\nMerla, la rossa\thttps://rossi.example/merla\t18 €",
    ],
)
def test_a_first_line_that_names_the_columns_says_where_they_are(bruno, text):
    assert products.take_list(bruno, text).made == 1
    made = Product.objects.get()
    assert (made.name, made.price, made.link) == ("Merla, la rossa", "18 €", "https://rossi.example/merla")


def test_what_was_not_kept_is_given_back_whole_and_with_the_line_that_names_the_columns(bruno):
    long = "x" * 200
    taken = products.take_list(bruno, f"Nome,Link\nMerla,https://rossi.example/\nRosa,{long}")
    assert taken.left == f"Nome,Link\nRosa,{long}"
    again = products.take_list(bruno, taken.left.replace(long, "https://rossi.example/rosa"))
    assert (again.made, again.left) == (1, "Nome,Link")
    assert names(Product.objects.order_by("name")) == ["Merla", "Rosa"]


def test_a_name_with_commas_stays_one_name_where_nothing_says_otherwise(bruno):
    products.take_list(bruno, "Cassetta, sei bottiglie\nNome")
    assert names(Product.objects.order_by("name")) == ["Cassetta, sei bottiglie", "Nome"]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_as_spreadsheets_save_it(code):
    assert product_list.decoded("Rosé; così; 18 €".encode(code)) == "Rosé; così; 18 €"


def test_an_empty_list_keeps_nothing(bruno):
    assert products.take_list(bruno, " \n\n").made == 0
    assert not deeds().exists()


def test_a_long_list_costs_no_more_questions_than_a_short_one(bruno, django_assert_max_num_queries):
    text = "\n".join(f"Vino {n};;{n} €" for n in range(400))
    with django_assert_max_num_queries(8):
        assert products.take_list(bruno, text).made == 400


# -- spoken of ---------------------------------------------------------------------------------------


def test_a_product_is_found_by_its_name_and_its_other_words(world, bruno):
    products.take_list(bruno, "Merla;merlot\nRiserva 2019;riserva\nOlio")
    found = products.found_in(world.brand.pk, ["Quanto costano i MERLOTS e la Risérva 2019?"])
    assert names(found) == ["Riserva 2019", "Merla"]
    assert products.found_in(world.brand.pk, ["E la merlata? Un riservista?"]) == []


def test_what_is_changed_or_removed_is_known_at_once(world, bruno):
    made = products.save(bruno, MERLA)
    assert products.found_in(world.brand.pk, ["rosato"]) == []
    products.save(bruno, replace(MERLA, words="rosato"), made)
    assert products.found_in(world.brand.pk, ["rosato"]) == [made]
    products.remove(bruno, made)
    assert products.found_in(world.brand.pk, ["rosato"]) == []


def test_at_most_five_are_found_in_two_questions(world, bruno, django_assert_num_queries):
    products.take_list(bruno, "\n".join(f"Vino {n}" for n in range(10)))
    texts = [" ".join(f"Vino {n}" for n in range(10))]
    products.found_in(world.brand.pk, texts)
    with django_assert_num_queries(2):
        assert len(products.found_in(world.brand.pk, texts)) == 5
