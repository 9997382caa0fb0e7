"""The screens of what the brand sells, its cards beside a conversation, and the way to sales."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from premura import access
from premura.interact import guard, selling
from premura.models import Agent, Conversation, Event, Ownership, Product, Reply
from premura.prepare import products
from premura.prepare.products import Said
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_readings import read

LINK = "https://rossi.example/merla"
MERLA = Said("Merla", "merlot", "18 €", LINK, "Annata 2022")
LINE = f"Merla, 18 €: {LINK}"


@pytest.fixture(autouse=True)
def in_english(world):
    Agent.objects.update(language="en")


@pytest.fixture
def bruno(world, in_english):
    return signed_in(world.bruno)


@pytest.fixture
def ada(world, in_english):
    return signed_in(world.ada)


@pytest.fixture
def merla(world) -> Product:
    return products.save(access.standing(world.bruno), MERLA)


@pytest.fixture
def asked(world, merla) -> Conversation:
    conversation = now_says(world, "Vorrei sei bottiglie di Merlot, dove le compro?")
    read(conversation.messages.get(), intent="purchase")
    conversation.refresh_from_db()
    return conversation


@pytest.fixture
def sales(world):
    """The kitchen sells."""
    Ownership.objects.create(brand=world.brand, intent="purchase", owner=world.kitchen)
    return world.kitchen


def panel(client, conversation) -> str:
    return client.get(f"/conversations/{conversation.pk}/beside/", headers=HTMX).text


# -- the list -----------------------------------------------------------------------------------------


def test_a_lead_adds_a_product_and_everybody_finds_it(world, bruno, ada):
    assert "No product yet" in ada.get("/products/").text
    given = {"name": "Merla", "words": "merlot", "price": "18 €", "link": LINK, "note": "Annata 2022"}
    assert bruno.post("/products/", given).url == "/products/"
    for page in (ada.get("/products/").text, ada.get("/products/?q=MERLOT").text):
        assert "Merla" in page
        assert f'href="{LINK}" rel="noopener noreferrer"' in page
        assert 'aria-current="page">Products</a>' in page
        assert "Keep it" not in page
        assert "<textarea" not in page
    assert "No product has these words" in ada.get("/products/?q=olio").text
    assert ada.post("/products/", given).status_code == 403
    assert signed_in(world.rita).get("/products/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"name": "merla"}, "There is one of this name already"),
        ({"name": ""}, ""),
        ({"note": "x" * 301}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(bruno, merla, wrong, said):
    answer = bruno.post("/products/", {"name": "Rosa", "price": "15 € <b>"} | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="15 € &lt;b&gt;"' in answer.text
    assert Product.objects.count() == 1


def test_a_product_is_changed_and_taken_away_and_the_second_time_it_is_gone(bruno, merla):
    assert f'value="{LINK}"' in bruno.get(f"/products/{merla.pk}/").text
    assert bruno.post(f"/products/{merla.pk}/", {"name": "Merla", "price": "20 €"}).status_code == 302
    merla.refresh_from_db()
    assert (merla.price, merla.link) == ("20 €", "")
    assert bruno.post(f"/products/{merla.pk}/", {"name": "Merla", "link": "merla"}).status_code == 422
    assert bruno.post(f"/products/{merla.pk}/removal/").url == "/products/"
    assert bruno.post(f"/products/{merla.pk}/removal/").status_code == 404
    assert not Product.objects.exists()


def test_a_pasted_list_says_which_lines_were_not_kept_and_gives_them_back(bruno):
    answer = bruno.post("/products/list/", {"lines": "Merla;;18 €\nRosa;;15 €;rosa\nOlio"})
    assert answer.status_code == 422
    text = re.sub(r"\s+", " ", answer.text)
    assert "2 products were added" in text
    assert "Line 2, “Rosa;;15 €;rosa”, Link: A link begins with" in text
    assert re.search(r"<textarea[^>]*>\s*Rosa;;15 €;rosa</textarea>", text)
    assert 'id="list" open' in text
    assert Product.objects.count() == 2


def test_a_file_is_a_list_too_and_an_empty_or_a_huge_one_is_refused(bruno):
    file = SimpleUploadedFile("listino.csv", 'Nome,Prezzo\n"Merla, rossa",18 €\n'.encode("cp1252"))
    assert bruno.post("/products/list/", {"file": file}).url == "/products/"
    assert (Product.objects.get().name, Product.objects.get().price) == ("Merla, rossa", "18 €")
    huge = SimpleUploadedFile("listino.csv", b"x" * 1_000_001)
    for wrong in ({"file": huge}, {"lines": " "}, {}):
        assert bruno.post("/products/list/", wrong).status_code == 422
    assert Product.objects.count() == 1


def test_the_list_goes_on_where_it_stopped(bruno, ada, monkeypatch):
    monkeypatch.setattr(products, "PAGE", 2)
    bruno.post("/products/list/", {"lines": "Uno\nDue\nTre"})
    more = re.search(r'hx-get="/products/\?([^"]*)"', ada.get("/products/").text)[1].replace("&amp;", "&")
    rest = ada.get(f"/products/?{more}", headers=HTMX).text
    assert "<!doctype" not in rest
    assert ("Uno" in rest, "Due" in rest) == (True, False)


# -- beside a conversation ----------------------------------------------------------------------------


def test_who_wants_to_buy_has_the_products_card_beside_them(world, ada, asked):
    page = panel(ada, asked)
    assert "To finish the purchase" in page
    assert "Annata 2022" in page
    assert f'href="{LINK}"' in page
    assert f'data-inserts="{LINE}"' in page
    assert "Give it to" not in page  # nobody is named for purchases
    assert not Reply.objects.exists()


def test_a_reader_sees_the_card_and_has_no_buttons(world, asked, sales):
    page = panel(signed_in(world.rita), asked)
    assert "Annata 2022" in page
    assert "data-inserts" not in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("intent", "state", "shown"),
    [("question", "open", True), ("complaint", "open", False), ("gesture", "open", False),
     ("purchase", "resolved", False), ("purchase", "pending", True)],
)  # fmt: skip
def test_only_who_asks_or_buys_in_an_open_conversation(world, ada, asked, intent, state, shown):
    Conversation.objects.filter(pk=asked.pk).update(intent=intent, state=state)
    assert (LINE in panel(ada, asked)) == shown


def test_only_what_waits_for_an_answer_is_looked_through(world, asked):
    Conversation.objects.filter(pk=asked.pk).update(waiting_since=asked.last_in_at)
    asked.refresh_from_db()
    assert [offer.line for offer in selling.selling(asked).offers] == [LINE]
    later = now_says(world, "E l’olio?")
    Conversation.objects.filter(pk=asked.pk).update(waiting_since=later.last_in_at, intent="question")
    later.refresh_from_db()
    assert selling.selling(later).offers == ()


def test_without_a_script_the_line_goes_to_the_end_of_ones_own_answer_and_is_not_sent(world, ada, asked, merla):
    address = f"/conversations/{asked.pk}/products/{merla.pk}/"
    assert f'<noscript><form method="post" action="{address}">' in panel(ada, asked)
    answer = ada.post(address)
    assert answer.url.startswith(f"/conversations/{asked.pk}/")
    draft = Reply.objects.get()
    assert (draft.text, draft.state, draft.author) == (LINE, "draft", world.ada)
    Reply.objects.update(text="Ciao Chiara, eccola.", our_mistake=True)
    ada.post(address)
    draft = Reply.objects.get()
    assert (draft.text, draft.our_mistake) == (f"Ciao Chiara, eccola.\n{LINE}", True)
    assert LINE in ada.get(f"/conversations/{asked.pk}/").text
    assert signed_in(world.rita).post(address).status_code == 403


def test_another_brands_product_cannot_be_put_into_an_answer(world, ada, asked):
    theirs = Product.objects.create(brand=world.bookshop, name="Libro")
    assert ada.post(f"/conversations/{asked.pk}/products/{theirs.pk}/").status_code == 404
    world.ada.memberships.create(brand=world.bookshop, role="agent")
    assert ada.post(f"/conversations/{asked.pk}/products/{theirs.pk}/").status_code == 404
    assert not Reply.objects.exists()


@pytest.mark.guarded
@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"Ciao Chiara, le sei bottiglie le compri qui. {LINE}", "it"),
        (f"Ciao Chiara, le compri direttamente qui:\n{LINE}\nAda", "it"),
        (LINE, "it"),
        (f"Hi Chiara, here it is: {LINE}", "en"),
    ],
)
def test_the_guard_lets_the_line_pass(world, asked, text, language):
    if language == "en":
        type(asked.messages.get()).objects.update(text="Where can I buy six bottles of Merlot?")
        read(asked.messages.get(), language="en", intent="purchase")
    found = guard.check(asked, text, world.ada)
    assert [one.rule for one in found if one.severity in ("block", "warn", "delay")] == []


# -- to sales -------------------------------------------------------------------------------------------


def test_it_is_given_to_the_team_that_sells_with_what_they_want(world, ada, asked, sales):
    assert "Give it to Cucina" in panel(ada, asked)
    assert ada.post(f"/conversations/{asked.pk}/sale/").url == "/inbox/mine/"
    asked.refresh_from_db()
    assert (asked.team, asked.assignee) == (sales, None)
    event = Event.objects.get(deed="routed")
    assert (event.by, event.facts["to"]) == (world.ada, "Cucina")
    assert event.facts["reason"] == "they want to buy (Merla)"
    assert "dispute" not in event.facts
    carlo = signed_in(world.carlo)
    assert "Give it to" not in panel(carlo, asked)
    assert "they want to buy (Merla)" in carlo.get(f"/conversations/{asked.pk}/").text


def test_the_second_time_it_is_there_already(world, bruno, asked, sales):
    bruno.post(f"/conversations/{asked.pk}/sale/")
    answer = bruno.post(f"/conversations/{asked.pk}/sale/", headers=HTMX)
    assert answer.status_code == 409
    assert Event.objects.filter(deed="routed").count() == 1


def test_a_row_of_the_matrix_that_is_for_others_names_nobody_here(world, asked):
    Ownership.objects.create(brand=world.brand, intent="purchase", language="de", owner=world.kitchen)
    Ownership.objects.create(brand=world.brand, intent="complaint", owner=world.kitchen)
    Ownership.objects.create(brand=world.brand, owner=world.kitchen)
    assert selling.seller(asked) is None


def test_who_wants_to_buy_what_we_do_not_know_can_be_given_to_sales_all_the_same(world, ada, sales):
    conversation = now_says(world, "Vorrei comprare qualcosa per mia zia")
    read(conversation.messages.get(), intent="purchase")
    assert "Give it to Cucina" in panel(ada, conversation)
    Conversation.objects.filter(pk=conversation.pk).update(intent="question")
    assert "Give it to Cucina" not in panel(ada, conversation)
    assert signed_in(world.rita).post(f"/conversations/{conversation.pk}/sale/").status_code == 403
