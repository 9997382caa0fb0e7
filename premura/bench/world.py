"""A brand of any size, made by PostgreSQL itself: the statements, the people, the words."""

# ruff: noqa: S608, SIM905  the statements are made of constants, and words read better in lines

from random import Random

from django.db import connection

from premura.decide.order import DUE_SCALE
from premura.models import Agent, Brand, Channel, Label, Membership, Role, Team

TEAMS = ("Vino", "Negozio", "Spedizioni", "Eventi", "Estero", "Stampa")
CHANNELS = 12
AGENTS = 40
LABELS = 20
NOBODY = "!"  # no password fits it
WORDS = 12_000
SENTENCES = 40_000

COMMON = (
    "non il la che è per una del ho con i mi si le da come lo ma nel sono anche più questo ordine grazie avete quando"
    " spedizione vino bottiglia prezzo domani ancora bene negozio consegna pacco rimborso sempre troppo buono"
).split()  # fmt: skip
_SYLLABLES = (
    "ba be bi bo ca ce ci co da de di do fa fe fi fo ga ge gi go la le li lo ma me mi mo na ne ni no pa pe pi po ra re"
    " ri ro sa se si so ta te ti to va ve vi vo tra stre glia gno sca schi pre quo zio"
).split()  # fmt: skip


def vocabulary() -> list[str]:
    """Return words, the commonest first: some real ones, and then such as could be."""
    dice, words = Random(7), dict.fromkeys(COMMON)
    while len(words) < WORDS:
        words["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 5)))] = None
    return list(words)


def sentences() -> list[str]:
    """Return sentences in which the nth word of the vocabulary is about as common as 1/n, as words are."""
    dice, words = Random(11), vocabulary()
    return [
        " ".join(words[int(WORDS ** dice.random()) - 1] for _ in range(dice.randint(4, 14))) for _ in range(SENTENCES)
    ]


def people() -> tuple[Brand, list[Agent]]:
    """Make the brand with all that surrounds it; return it, and its people, of whom the second is a lead."""
    brand = Brand.objects.create(name="Bench", slug="bench-inbox")
    teams = [Team.objects.create(brand=brand, name=name) for name in TEAMS]
    for n in range(CHANNELS):
        network = ("bluesky", "mastodon", "playground")[n % 3]
        Channel.objects.create(
            brand=brand, team=teams[n % 6], network=network, key=str(n), name=f"Canale {n}", handle=str(n)
        )
    agents = Agent.objects.bulk_create(
        Agent(email=f"{n}@bench.example", name=f"Agent {n}", brand=brand, password=NOBODY) for n in range(AGENTS)
    )
    for n, agent in enumerate(agents):
        role = Role.LEAD if n == 1 else Role.AGENT
        Membership.objects.create(agent=agent, brand=brand, role=role).teams.set(
            [teams[(n + 2) % 6], teams[(n + 3) % 6]]
        )
    Label.objects.bulk_create(Label(brand=brand, name=f"etichetta {n}") for n in range(LABELS))
    _give_words()
    return brand, list(agents)


def _give_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE sentence (n int PRIMARY KEY, words text)")
        cursor.execute(
            "INSERT INTO sentence SELECT ordinality, s FROM unnest(%s::text[]) WITH ORDINALITY u (s)", [sentences()]
        )
        cursor.execute("ANALYZE sentence")


# Conversation number n is younger the higher n is.  Of all there are, one in twenty is open; the newest tenth holds
# most of those, the rest lies among the old.  Two of three people come once, some come a hundred times.
_NEW = "generate_series(%(first)s::int, %(last)s::int) AS n"
_DICE = "SELECT setseed(0.42)"
_PEOPLE = f"""
INSERT INTO premura_contact (id, brand_id, name, created_at) OVERRIDING SYSTEM VALUE
SELECT n, %(brand)s, 'Persona ' || n, now() FROM {_NEW}
"""
_HANDLES = f"""
INSERT INTO premura_identity (id, brand_id, contact_id, home_id, network, key, handle, name, avatar, url)
    OVERRIDING SYSTEM VALUE
SELECT n, %(brand)s, n, n, (ARRAY['bluesky', 'mastodon', 'playground'])[1 + n %% 3], 'p' || n, 'persona.' || n,
    'Persona ' || n, '', ''
FROM {_NEW}
"""
_CONVERSATIONS = f"""
INSERT INTO premura_conversation (
    id, brand_id, channel_id, team_id, identity_id, root, private, kind, state, assignee_id, above, preview, opened_at,
    last_at, last_in_at, waiting_since, snoozed_until, priority, due_at, rank
) OVERRIDING SYSTEM VALUE
SELECT n, %(brand)s, channel.id, CASE WHEN lonely > 0.1 THEN channel.team_id END,
    greatest(1, CASE WHEN who < 0.66 THEN n ELSE (n * power(who - 0.66, 2) * 8)::int END),
    'root-' || n / 7 || '-' || n, kind < 0.2,
    CASE WHEN kind < 0.2 THEN 'direct' WHEN kind < 0.9 THEN 'comment' ELSE 'mention' END,
    state, CASE WHEN assigned < CASE WHEN state = 'open' THEN 0.6 ELSE 0.85 END THEN agent.id END, '[]',
    'Anteprima della conversazione ' || n, at, at, at, CASE WHEN state = 'open' THEN at END,
    CASE WHEN state = 'snoozed' THEN at + interval '400 days' END, coalesce(points, 0), due,
    coalesce((points + 1) * {DUE_SCALE} - extract(epoch FROM due)::bigint, 0)
FROM (
    SELECT d.n, who, kind, lonely, assigned, d.at,
        CASE WHEN turn < urgency THEN floor(120 * power(points, 3))::bigint END AS points,
        CASE WHEN turn < urgency THEN d.at + interval '4 hours' END AS due,
        floor(12 * power(channel, 2))::int AS channel, agent,
        CASE WHEN turn < urgency THEN 'open' WHEN turn < urgency * 1.6 THEN 'pending'
            WHEN turn < urgency * 1.7 THEN 'on_hold' WHEN turn < urgency * 1.9 THEN 'snoozed' ELSE 'resolved'
        END AS state
    FROM (
        SELECT n, random() AS who, random() AS kind, random() AS lonely, random() AS assigned, random() AS channel,
            random() AS turn, random() AS points, floor(40 * power(random(), 2))::int AS agent,
            CASE WHEN n > %(all)s * 0.9 THEN 0.4 ELSE 0.011 END AS urgency,
            timestamptz '2026-11-20' - make_interval(secs => (%(all)s - n) * 30.0 * (1000000.0 / %(all)s)
                + random() * 7200) AS at
        FROM {_NEW}
    ) d
) g
JOIN (SELECT id, team_id, row_number() OVER (ORDER BY id) - 1 AS i FROM premura_channel
    WHERE brand_id = %(brand)s) channel ON channel.i = g.channel
JOIN (SELECT agent_id AS id, row_number() OVER (ORDER BY agent_id) - 1 AS i FROM premura_membership
    WHERE brand_id = %(brand)s) agent ON agent.i = g.agent
"""
_MESSAGES = f"""
INSERT INTO premura_message (
    brand_id, channel_id, conversation_id, identity_id, key, parent, root, kind, text, language, url, ref, media,
    written_at, received_at, was, likes, shares, counted_likes, counted_shares
)
SELECT c.brand_id, c.channel_id, c.id, c.identity_id, c.id || '-' || again, '', c.root, c.kind,
    upper(left(a.words, 1)) || substr(a.words, 2) || '. ' || b.words || '.', 'it', '', '{{}}', '[]',
    c.last_at, c.last_at, '[]', 0, 0, 0, 0
FROM (
    SELECT n, again, 1 + floor({SENTENCES} * random())::int AS one, 1 + floor({SENTENCES} * random())::int AS two
    FROM {_NEW} CROSS JOIN generate_series(0, CASE WHEN n %% 5 = 0 THEN 1 ELSE 0 END) AS again
) g
JOIN premura_conversation c ON c.id = g.n
JOIN sentence a ON a.n = g.one
JOIN sentence b ON b.n = g.two
"""
_LABELS = f"""
INSERT INTO premura_label_conversations (label_id, conversation_id)
SELECT l.first + n %% {LABELS}, n FROM {_NEW}, (SELECT min(id) AS first FROM premura_label WHERE brand_id = %(brand)s) l
WHERE n %% 3 = 0
"""
_TALLY = """
INSERT INTO premura_tally (brand_id, team_id, assignee_id, state, n)
SELECT brand_id, team_id, assignee_id, state, count(*) FROM premura_conversation
WHERE id BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3, 4
"""
_FOLD = "SELECT premura_tally_fold()"
STATEMENTS = (_DICE, _PEOPLE, _HANDLES, _CONVERSATIONS, _MESSAGES, _LABELS, _TALLY, _FOLD)
