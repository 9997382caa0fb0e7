"""What does not leave the house with a text that is translated, and what stands as the brand says."""

from premura.engines import keeping
from premura.engines.keeping import Term


def keep(text, source="it", target="de", **more):
    return keeping.keep(text, source, target, home="it", **more)


def leaves(kept) -> str:
    return "".join(str(piece) if isinstance(piece, str) else f"⟨{piece}⟩" for piece in kept.text)


def test_personal_data_stays_and_comes_back():
    text = "Sono in via Garibaldi 12, cell 347 1234567, ordine n. IT-20394, maria.rossi@gmail.com"
    kept = keep(text)
    assert not any(word in leaves(kept) for word in ("Garibaldi", "347", "20394", "gmail"))
    assert kept.restored(kept.text) == text


def test_links_handles_and_the_names_that_are_known_stay():
    kept = keep("Giulia Ferri scrive a @rossi da https://x.example/a?b=1, poi Giulia esce", names=["Giulia Ferri"])
    assert leaves(kept) == "⟨0⟩ scrive a ⟨1⟩ da ⟨2⟩ poi ⟨3⟩ esce"


def test_a_short_name_or_one_in_small_letters_is_a_word():
    assert leaves(keep("la rosa di Al", names=["rosa", "Al"])) == "la rosa di Al"


def test_a_term_stands_as_the_glossary_says_in_each_language():
    terms = [Term("olio nuovo", {"de": "Olio Nuovo", "en": "new-season oil"}), Term("Bellosguardo")]
    kept = keep("L'Olio nuovo di Bellosguardo", terms=terms)
    assert leaves(kept) == "L'⟨0⟩ di ⟨1⟩"
    assert kept.restored(("Das ", 0, " von ", 1)) == "Das Olio Nuovo von Bellosguardo"
    back = keep("Das Olio Nuovo von Bellosguardo", "de", "it", terms=terms)
    assert back.words == ("olio nuovo", "Bellosguardo")


def test_a_term_without_a_word_in_that_language_is_left_to_the_engine():
    assert keep("olio nuovo", target="fr", terms=[Term("olio nuovo", {"de": "Olio Nuovo"})]).words == ()


def test_a_term_inside_another_word_is_none_and_the_longer_wins():
    terms = [Term("olio"), Term("olio nuovo")]
    assert keep("oliera, olio nuovo", terms=terms).words == ("olio nuovo",)


def test_what_did_not_come_back_is_named():
    assert keeping.lost(["Rossi", "347 1234567", "Rossi"], "Ruf 347 1234567 an") == ("Rossi",)
