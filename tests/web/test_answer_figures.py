"""What our answers do, as people see it: each number leads to its conversations.  P38, P45, P49, P76."""

import re
from xml.etree import ElementTree

import pytest

from premura.models import Agent, Conversation, Event, Message, Post
from tests.measure.said import ago, answered, resolved, wrote
from tests.measure.test_answers import line, reply, says_back, under, waited
from tests.web.test_inbox import signed_in


@pytest.fixture
def bruno(world):
    Agent.objects.update(language="en")
    return signed_in(world.bruno)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def ways_down(text: str) -> set[str]:
    return {found.replace("&amp;", "&") for found in re.findall(r'href="(/figures/answers/[^"]+)"', text)}


def a_full_world(world):
    _, asking = reply(world, "chiara", text="Ti va di passare domenica?")
    Message.objects.filter(pk=asking.pk).update(counted_likes=4, url="https://playground.example/1")
    thanked, _ = reply(world, "marco")
    says_back(world, "marco", ago(days=2), "praise", "positive")
    resolved(reply(world, "lia", overrides={"canned": "Va bene"})[0], ago(days=1))
    under(world, "storm", 1, 4)
    waited(world, "tom", 3, team=world.hall)
    return thanked


def test_all_figures_lead_there_and_it_says_what_to_see(world, bruno):
    assert 'href="/figures/answers/"' in bruno.get("/figures/").text
    a_full_world(world)
    answer = bruno.get("/figures/answers/")
    told = words(answer.text)
    assert (answer.status_code, answer.context["days"], answer["Cache-Control"]) == (200, 28, "no-store")
    for said in (
        "Of 4 public answers 1 ask something back: 25 in a hundred.",
        "Under 1 post or thread with our answer: negative comments an hour.",
        "1 answer · 4 likes. The best liked serve as examples: Ti va di passare domenica?",
        "1 answer is ready-made and 3 are in words of their own: below 20 of a sort nothing can be told yet.",
        "1 reply had to wait for a second person. 1 got its yes after 3 h",
    ):
        assert said in told
    assert 'href="https://playground.example/1"' in answer.text
    assert "style=" not in answer.text.split("<main")[1]


def test_each_number_leads_down_to_its_conversations(world, bruno):
    a_full_world(world)
    text = bruno.get("/figures/answers/").text
    addresses = ways_down(text)
    for name in ("asking", "all", "liked", "own-thanked", "canned-resolved", "up", "held"):
        assert any(address.startswith(f"/figures/answers/{name}/") for address in addresses), name
    for address in addresses:
        assert bruno.get(address).status_code == 200
    behind = {
        "asking/": "Chiara", "liked/": "Chiara", "own-thanked/": "Marco", "canned-resolved/": "Lia",
        "up/": "Firststorm", "held/": "Tom", f"held/?team={world.hall.pk}": "Tom",
    }  # fmt: skip
    for address, name in behind.items():
        assert re.findall(r'class="row__who">([^<]+)<', bruno.get(f"/figures/answers/{address}").text) == [name]
    assert "There is none." in words(bruno.get("/figures/answers/held/?team=0").text)
    assert bruno.get("/figures/answers/telling/").text.count('<li class="row">') == 3


def test_each_drawing_is_sound_and_has_words(world, bruno):
    a_full_world(world)
    found = re.findall(r'<svg class="pace__bars".*?</svg>', bruno.get("/figures/answers/").text, re.DOTALL)
    assert len(found) > 8
    for drawing in found:
        ElementTree.fromstring(drawing)
        assert re.search(r'aria-label="[^"]+: [^"]{3,}"', drawing)


def test_where_it_grew_worse_leads_to_the_sheet_of_the_post_or_to_the_thread(world, bruno):
    first = under(world, "storm", 1, 4)
    assert f'href="/conversations/{first.pk}/?view=all"' in bruno.get("/figures/answers/").text
    post = Post.objects.create(
        brand=world.brand, channel=world.rossi, key="storm", text="Vendemmia", written_at=ago(days=9)
    )
    assert f'href="/posts/{post.pk}/?tone=negative#comments"' in bruno.get("/figures/answers/").text


def test_with_enough_of_both_it_says_which_style_ended_well(world, bruno):
    for n in range(20):
        resolved(reply(world, f"own{n}")[0], ago(days=1))
        reply(world, f"same{n}", text="Ci dispiace per il disagio")
        says_back(world, f"same{n}", ago(days=2))
    told = words(bruno.get("/figures/answers/").text)
    assert "answers in words of their own 100 ended with thanks or a solution, of a hundred ready-made ones 0." in told
    assert "They came back after 0 and after 100." in told
    assert "nothing can be told yet" not in told


def test_where_nothing_was_said_it_says_so_and_what_to_do(world, bruno):
    told = words(bruno.get("/figures/answers/?days=7").text)
    assert "We have answered nobody in public since" in told
    assert "Look at 28 days" in told
    assert "No reply had to wait for a second person." in told
    answered(wrote(world, "chiara", ago(hours=5)), world.ada, ago(hours=4))
    told = words(bruno.get("/figures/answers/").text)
    assert "Under nothing that we answered stood 3 negative comments or more" in told
    assert "Nobody else has liked an answer of ours" in told


def test_what_waits_still_is_told(world, bruno):
    conversation = wrote(world, "chiara", ago(hours=5))
    line(conversation, Event.Deed.REPLY_HELD, ago(hours=4), 7)
    told = words(bruno.get("/figures/answers/").text)
    assert "1 reply had to wait for a second person. 1 waits still." in told
    assert "nobody said yes" in told


@pytest.mark.parametrize("part", ["sold/", "asking-thanked/", "own-sold/", "up-thanked/", "all/?week=soon"])
def test_a_part_that_is_none_is_not_found(world, bruno, part):
    assert bruno.get(f"/figures/answers/{part}").status_code == 404


def test_strange_days_teams_and_marks_are_no_trouble(world, bruno):
    assert bruno.get("/figures/answers/?days=9999999").context["days"] == 28
    assert bruno.get("/figures/answers/held/?team=99999999999999999999&after=x").status_code == 200
    assert bruno.get("/figures/answers/all/?week=0001-01-01").status_code == 200


def test_a_reader_sees_it_an_agent_their_teams_and_another_brand_nothing(world, bruno):
    conversation, _ = reply(world, "chiara")
    Conversation.objects.filter(pk=conversation.pk).update(team=world.kitchen)
    assert "Of 1 public answer" in words(signed_in(world.rita).get("/figures/answers/").text)
    assert "Of 1 public answer" in words(signed_in(world.carlo).get("/figures/answers/").text)
    for other in (world.ada, world.zoe):
        assert "We have answered nobody in public" in words(signed_in(other).get("/figures/answers/").text)
        assert "There is none." in words(signed_in(other).get("/figures/answers/all/").text)
