"""The public page of questions and answers: for everybody, in their language, as search engines read it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from premura import access
from premura.models import Agent
from premura.prepare import answers
from premura.prepare.answers import Said, Words
from tests.prepare.test_faq import WORDS, publish, sent
from tests.web.test_inbox import signed_in


@pytest.fixture
def entry(world):
    standing = access.standing(world.bruno)
    made = answers.make(standing, Said("I cani entrano?", "Sì."), None, Words("it", "", WORDS))
    answers.say(standing, made, Words("en", "", "Of course.\n<b>On a lead</b>."))
    answers.make(standing, Said("Quanto costa all’ingrosso?", "Poco.", "internal"), None, Words("it", "", "Segreto."))
    publish(world)
    return made


def read(address: str, **headers):
    return Client().get(address, headers=headers)


def test_everybody_reads_it_and_may_keep_it(entry):
    answer = read("/faq/rossi/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Accept-Language" in answer["Vary"]
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies
    assert WORDS in answer.text
    assert "Segreto" not in answer.text


def test_search_engines_read_it_without_a_script(entry):
    page = read("/faq/rossi/").text
    assert "<script" not in page
    types = re.findall(r'itemtype="https://schema.org/(\w+)"', page)
    assert types == ["FAQPage", "Question", "Answer"]
    for name in ("mainEntity", "name", "acceptedAnswer", "text"):
        assert f'itemprop="{name}"' in page


def test_it_speaks_the_language_that_is_asked_for_where_there_are_words(entry):
    english = read("/faq/rossi/", accept_language="en-GB,en;q=0.8")
    assert english["Content-Language"] == "en"
    assert "Of course." in english.text
    assert "&lt;b&gt;On a lead" in english.text
    assert read("/faq/rossi/?lang=it", accept_language="en")["Content-Language"] == "it"
    assert read("/faq/rossi/", accept_language="de")["Content-Language"] == "it"


def test_one_answer_has_an_address_of_its_own(world, entry):
    page = read(f"/faq/rossi/{entry.pk}/?lang=en")
    assert page.status_code == 200
    assert "Of course." in page.text
    assert read("/faq/rossi/999999/").status_code == 404
    answers.retire(access.standing(world.bruno), entry)
    assert read(f"/faq/rossi/{entry.pk}/").status_code == 404
    assert read("/faq/rossi/").status_code == 404  # nothing is left


def test_where_no_rules_are_public_nothing_is(world):
    answers.make(access.standing(world.bruno), Said("Cani?", "Sì."), None, Words("it", "", WORDS))
    assert read("/faq/rossi/").status_code == 404
    assert read("/faq/orsini/").status_code == 404


def test_everybody_is_told_whom_it_helped_from_five_on_and_we_from_one(world, entry):
    Agent.objects.update(language="en")
    world.ada.refresh_from_db()
    for n in range(4):
        sent(world, WORDS, f"guest{n}")
    assert "It helped" not in read("/faq/rossi/?lang=en").text
    assert "4 other people" in signed_in(world.ada).get(f"/answers/{entry.pk}/").text
    sent(world, WORDS, "guest4")
    cache.clear()
    assert "It helped 5 other people." in read("/faq/rossi/?lang=en").text


def test_the_bank_leads_there_or_says_what_is_missing(world, entry):
    Agent.objects.update(language="en")
    ada, zoe = (signed_in(Agent.objects.get(pk=one.pk)) for one in (world.ada, world.zoe))
    assert 'href="/faq/rossi/"' in ada.get("/answers/").text
    assert f"/faq/rossi/{entry.pk}/" in ada.get(f"/answers/{entry.pk}/").text
    page = zoe.get("/answers/").text
    assert "/faq/" not in page
    assert "as soon as the netiquette is published" in page
