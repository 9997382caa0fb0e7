"""What countries are called."""

from django.utils import translation

from premura.templatetags.countries import countries, country_name


def test_a_country_is_called_as_the_reader_calls_it():
    for language, name in (("it", "Germania"), ("en", "Germany"), ("de", "Deutschland"), ("xx", "Germany")):
        with translation.override(language):
            assert country_name("DE") == name
            assert "Vati" in country_name("VA")  # told by way of another language


def test_countries_stand_in_the_order_of_their_names_each_once():
    with translation.override("it"):
        known = countries()
    names = [name for _code, name in known]
    assert names == sorted(names)
    assert len({code for code, _name in known}) == len(known) > 200
    assert all(len(code) == 2 for code, _name in known)
    assert not any(name.startswith("*") for name in names)
