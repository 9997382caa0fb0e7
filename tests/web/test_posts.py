"""Our posts and what each set off, as people see it.  P3."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.models import Agent, Conversation, Event, Message, PileOn, Promise, Reply
from premura.web import post_figures
from tests.measure.test_reactions import publish, says

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ada(client, world):
    Agent.objects.update(language="en")
    client.force_login(world.ada, BACKEND)
    return client


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# -- the list --------------------------------------------------------------------------------------


def test_the_list_tells_of_each_post_what_it_set_off(world, ada):
    post = publish(world, likes=3)
    for by, mood in (("a", "negative"), ("b", "positive"), ("c", "positive"), ("d", "neutral")):
        says(world, post, by=by, mood=mood, flags=["asks_question"] if by == "a" else [])
    Promise.objects.create(
        brand=world.brand, conversation=Conversation.objects.earliest("pk"), owner=world.ada, what="Chiamo",
        due_at=timezone.now(),
    )  # fmt: skip
    page = ada.get("/posts/").text
    for told in ("7 reactions: 4 comments, 3 likes", "1 open question", "1 promise stands", "25 % negative"):
        assert told in words(page)
    assert f'href="/posts/{post.pk}/"' in page
    assert 'width="25%"' in page


def test_a_post_of_which_nobody_speaks_and_one_that_is_gone_say_so(world, ada):
    publish(world, removed_at=timezone.now())
    page = words(ada.get("/posts/").text)
    assert "No reactions yet" in page
    assert "removed since" in page
    assert "% negative" not in page


def test_without_posts_it_says_what_to_do(world, ada):
    page = ada.get("/posts/").text
    assert "Nothing of ours is published yet" in page
    assert 'href="/channels/"' in page


def test_the_list_goes_on_without_and_with_scripts(world, ada):
    for n in range(23):
        publish(world, f"p{n}", days_ago=n + 1)
    page = ada.get("/posts/").text
    assert page.count('class="post"') == 20
    more = re.search(r'href="(/posts/\?after=[^"]+)"', page)[1]
    assert ada.get(more).text.count('class="post"') == 3
    rest = ada.get(more, **HTMX).text
    assert rest.count('class="post"') == 3
    assert "<h1" not in rest
    assert ada.get("/posts/?after=nonsense").status_code == 200


def test_the_cycle_leads_there_and_a_conversation_leads_to_the_sheet_of_its_post(world, ada):
    assert 'href="/posts/"' in ada.get("/cycle/").text
    post = publish(world)
    said = says(world, post)
    Conversation.objects.filter(pk=said.pk).update(post=post)
    assert f'href="/posts/{post.pk}/"' in ada.get(f"/conversations/{said.pk}/").text


# -- the sheet -------------------------------------------------------------------------------------


def test_the_sheet_shows_words_tone_questions_promises_and_who_answers(world, ada):
    post = publish(world, url="https://piazza.example/1", shares=2)
    asks = says(world, post, "Fino a quando?", by="dino", mood="negative", flags=["asks_question"])
    Promise.objects.create(
        brand=world.brand, conversation=asks, owner=world.ada, what="Chiamo domani",
        due_at=timezone.now() + timedelta(hours=30),
    )  # fmt: skip
    for n, author in enumerate((world.ada, None)):
        ours = Message.objects.create(
            brand=world.brand, channel=world.rossi, conversation=asks, key=f"ours{n}", root="menu", kind="comment",
            text="Grazie", written_at=timezone.now(), received_at=timezone.now(),
        )  # fmt: skip
        if author:
            Reply.objects.create(
                brand=world.brand, conversation=asks, to=asks.messages.earliest("pk"), author=author, text="Grazie",
                state="sent", message=ours,
            )  # fmt: skip
    pile = PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", began_at=timezone.now(), at=timezone.now(),
        seen_at=timezone.now(), slope=1, voices=6,
    )  # fmt: skip
    page = ada.get(f"/posts/{post.pk}/").text
    for told in (
        "La vendemmia è cominciata", "1 comment, 0 likes, shared 2 times", "1 person commented; 100 % of the comments",
        "Dino: Fino a quando?", "Chiamo domani", "left to Dino · Ada", "Ada 1 answer",
        "written on the network itself 1 answer", "6 critical voices",
    ):  # fmt: skip
        assert told in words(page), told
    for link in ("https://piazza.example/1", f"/conversations/{asks.pk}/?view=all", f"/surges/{pile.pk}/"):
        assert f'href="{link}"' in page


def test_the_curve_is_drawn_and_told_and_has_a_table_behind_it(world, ada):
    post = publish(world, days_ago=3)
    for by, after_h in (("a", 5), ("b", 5), ("c", 30)):
        says(world, post, by=by, after_h=after_h)
    page = ada.get(f"/posts/{post.pk}/").text
    assert "3 comments; the busiest hour brought 2:" in page
    picture = re.search(r'<svg class="post__curve".*?</svg>\s*.*?</svg>', page, re.DOTALL)[0]
    ElementTree.fromstring(picture)
    assert len(re.search(r'points="([^"]+)"', picture)[1].split()) in (72, 73)
    table = page.split('<table class="table">')[1].split("</table>")[0]
    assert re.findall(r"<td[^>]*>(\d+)</td>", table)[:3] == ["2", "1", "0"]
    day = re.search(rf'href="(/posts/{post.pk}/\?day=1)#comments"', table)[1]
    listed = ada.get(day).text.split('id="comments"')[1]
    assert "day 2" in words(listed)
    assert listed.count('class="post__said"') == 1


def test_a_tone_leads_to_its_comments(world, ada):
    post = publish(world)
    says(world, post, "Uno schifo", by="a", mood="negative")
    says(world, post, "Che bello", by="b")
    page = ada.get(f"/posts/{post.pk}/").text
    assert f'href="/posts/{post.pk}/?tone=negative#comments"' in page
    listed = ada.get(f"/posts/{post.pk}/?tone=negative").text.split('id="comments"')[1]
    assert "Uno schifo" in listed
    assert "Che bello" not in listed
    assert "None of the kind" in ada.get(f"/posts/{post.pk}/?tone=mixed").text
    for wrong in ("?tone=blue", "?day=x", "?day=99999999", "?after=nonsense", "?tone=negative&day=-1"):
        assert ada.get(f"/posts/{post.pk}/{wrong}").status_code == 200


def test_many_comments_go_on_without_and_with_scripts(world, ada):
    post = publish(world)
    for n in range(33):
        says(world, post, by=f"o{n}")
    page = ada.get(f"/posts/{post.pk}/").text
    assert page.count('class="post__said"') == 30
    more = re.search(rf'hx-get="(/posts/{post.pk}/\?after=[^"]+)"', page)[1]
    assert ada.get(more).text.count('class="post__said"') == 3
    assert ada.get(more, **HTMX).text.count('class="post__said"') == 3


def test_a_post_without_anything_says_so_in_every_part(world, ada):
    page = words(ada.get(f"/posts/{publish(world, days_ago=0).pk}/").text)
    for told in (
        "Nobody has commented yet", "Everybody who asked has an answer", "Nothing was promised under this post",
        "Nobody of ours has answered under it",
    ):  # fmt: skip
        assert told in page
    assert "Pile-ons" not in page


def test_a_care_alarm_of_today_stands_on_top(world, ada):
    post = publish(world)
    said = says(world, post)
    alarm = "Under this post more people now complain about how we answer than about the matter"
    assert alarm not in ada.get(f"/posts/{post.pk}/").text
    with transaction.atomic():
        journal.write(Event.Deed.SERVICE_ALARM, said, care=3, matter=1)
    assert alarm in ada.get(f"/posts/{post.pk}/").text


# -- the walls -------------------------------------------------------------------------------------


def test_another_team_reads_no_word_and_another_brand_finds_nothing(world, client):
    post = publish(world)
    says(world, post, "Il segreto della trattoria", flags=["asks_question"])
    client.force_login(world.carlo, BACKEND)
    assert "segreto" not in client.get(f"/posts/{post.pk}/").text
    client.force_login(world.zoe, BACKEND)
    assert client.get(f"/posts/{post.pk}/").status_code == 404
    assert "vendemmia" not in client.get("/posts/").text


# -- the figures -----------------------------------------------------------------------------------


def test_ticks_are_hours_of_a_young_post_and_days_of_an_old_one():
    began = timezone.now()
    assert [name for _, name in post_figures.curve([0] * 13, began).ticks] == ["0 h", "6 h", "12 h"]
    assert [name for _, name in post_figures.curve([0] * 50, began).ticks] == ["giorno 1", "giorno 2", "giorno 3"]
    assert post_figures.curve([4], began).line == "0,0.0"
