"""The day that a saved reply is filled with: one, whole, to come, and said as it is said."""

from datetime import date

import pytest

from premura import access
from premura.interact import beside, days, fill, hard_days, understand
from premura.models import SavedReply
from premura.prepare import saved
from tests.web.test_inbox import now_says
from tests.web.test_readings import read

WRITTEN = date(2026, 11, 23)  # a Monday


def meant(text: str, language: str, today: date = WRITTEN) -> str:
    return days.meant(text, language, days.Now(WRITTEN, today))


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("C'è posto Sabato 12 dicembre?", "it", "sabato 12 dicembre"),
        ("Sabato 28 siamo in quattro. Quindi sabato 28, grazie", "it", "sabato 28"),
        ("C'è posto per sabato 28?", "it", "sabato 28"),
        ("Venerdì alle 20.30 va bene?", "it", "venerdì"),
        ("Il 5 dicembre, in 5 o 6, alle 20 o alle 21", "it", "5 dicembre"),
        ("Entro il 12 dicembre, si può?", "it", "12 dicembre"),
        ("Ho prenotato per sabato", "it", "sabato"),
        ("A table for saturday, december 12th?", "en", "Saturday, December 12th"),
        ("I ordered yesterday, will it come by Friday?", "en", "Friday"),
        ("Tisch am freitag, 4. dezember?", "de", "Freitag, 4. Dezember"),
        ("Une table pour Samedi 12 décembre ?", "fr", "samedi 12 décembre"),
        ("¿Hay mesa el viernes?", "es", "viernes"),
    ],
)
def test_one_day_to_come_is_taken_whole_and_written_small(text, language, day):
    assert meant(text, language) == day


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ieri ho comprato il Rosato e oggi sa di tappo", "it"),
        ("Avevo prenotato per lunedì ma vorrei spostare a venerdì", "it"),
        ("Il 10 o il 12 dicembre", "it"),
        ("dal 10 al 12 dicembre", "it"),
        ("il 5 dicembre o il 6", "it"),
        ("C'è posto venerdì oppure il 12?", "it"),
        ("December 5th or the 6th for four?", "en"),
        ("Sabato siamo stati da voi, che delusione", "it"),
        ("Sabato scorso, in bottega", "it"),
        ("Aspetto dal 3 dicembre", "it"),
        ("Il pacco del 12 marzo non è arrivato", "it"),
        ("Il 3 ottobre, ricordate?", "it"),
        ("sabato 14 dicembre", "it"),  # which is a Monday
        ("il 31/06", "it"),
        ("sabato 4 persone", "it"),
        ("We came on Saturday", "en"),
        ("next Friday?", "en"),
        ("esta mañana no abría", "es"),
    ],
)
def test_two_days_a_day_that_has_been_and_one_that_is_not_sure_stay_a_gap(text, language):
    assert meant(text, language) == ""


def test_tomorrow_is_another_day_to_who_reads_it_later():
    assert meant("C'è posto domani?", "it") == "domani"
    assert meant("C'è posto domani?", "it", date(2026, 11, 24)) == ""
    assert meant("C'è posto venerdì?", "it", date(2026, 11, 28)) == ""


@pytest.mark.parametrize(
    ("text", "language", "day", "said"),
    [
        ("il posto di {date} è segnato", "it", "12 dicembre", "il posto del 12 dicembre è segnato"),
        ("il posto di {date} è segnato", "it", "8 dicembre", "il posto dell’8 dicembre è segnato"),
        ("il posto di {date} è segnato", "it", "sabato 14", "il posto di sabato 14 è segnato"),
        ("ti aspettiamo per {date}", "it", "12 dicembre", "ti aspettiamo per il 12 dicembre"),
        ("ti aspettiamo il {date}", "it", "12 dicembre", "ti aspettiamo il 12 dicembre"),
        ("ti aspettiamo il {date}", "it", "domani", "ti aspettiamo il «data?»"),
        ("Bene. {date} arriva", "it", "domani", "Bene. Domani arriva"),
        ("see you on {date}", "en", "Friday", "see you on Friday"),
        ("see you on {date}", "en", "tomorrow", "see you on «date?»"),
        ("la mesa de {date}", "es", "viernes", "la mesa del viernes"),
        ("la table de {date}", "fr", "12 décembre", "la table du 12 décembre"),
        ("für {date}", "de", "4. Dezember", "für «Datum?»"),
    ],
)
def test_a_day_is_said_as_it_is_said_there_or_not_at_all(text, language, day, said):
    assert fill.filled(text, language, {"date": day}).text == said


def test_an_approved_line_is_still_that_line_where_its_small_word_joined_the_day():
    line = SavedReply(text="Ciao {name}, il posto di {date} è segnato.", language="it")
    said = fill.filled(line.text, "it", {"name": "Chiara", "date": "12 dicembre"}).text
    assert said == "Ciao Chiara, il posto del 12 dicembre è segnato."
    assert hard_days.says(said, [line])


def test_who_says_on_which_day_it_broke_is_not_asked_when(world):
    conversation = now_says(world, "Ieri il Rosato sapeva di tappo")
    assert "date" in understand.found_in(conversation, list(conversation.messages.all()))


def test_a_saved_reply_is_not_filled_with_the_day_on_which_it_broke(world):
    saved.make(access.standing(world.ada), "prenotato", "it", "{name}, il posto di {date} è segnato.")
    for text, said in (
        ("Ieri ho comprato il Rosato e oggi sa di tappo", "Chiara, il posto di «data?» è segnato."),
        ("Avete posto per Venerdì?", "Chiara, il posto di venerdì è segnato."),
    ):
        conversation = now_says(world, text)
        read(conversation.messages.order_by("-pk")[0])
        (ready,) = beside.beside(conversation, world.ada).saved
        assert ready.filled.text == said
