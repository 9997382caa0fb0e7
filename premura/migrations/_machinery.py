"""What Django cannot say: partitions, the tally's triggers, how text is searched, a cache, lists of flags."""

DELIVERIES = """
CREATE TABLE premura_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    channel_id bigint NOT NULL,
    way text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (received_at, id)
) PARTITION BY RANGE (received_at);
CREATE TABLE premura_delivery_rest PARTITION OF premura_delivery DEFAULT;

-- Rows come and go by the thousand: tidy up often, and by number, not by share.
ALTER TABLE premura_waiting SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Makes the partitions of today and the days to come, and drops those older than `keep` days.
CREATE FUNCTION premura_partitions(ahead int, keep int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day date;
    old text;
BEGIN
    FOR day IN SELECT generate_series(current_date, current_date + ahead, '1 day')::date LOOP
        IF to_regclass('premura_delivery_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF premura_delivery FOR VALUES FROM (%L) TO (%L)',
                    'premura_delivery_' || to_char(day, 'YYYYMMDD'), day, day + 1
                );
            EXCEPTION WHEN check_violation THEN
                NULL;  -- that day's rows are in the rest already, and may stay there
            END;
        END IF;
    END LOOP;
    FOR old IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'premura_delivery'::regclass AND c.relname ~ '_[0-9]{8}$'
            AND right(c.relname, 8) < to_char(current_date - keep, 'YYYYMMDD')
            AND NOT EXISTS (
                SELECT FROM premura_waiting w WHERE w.received_at < to_date(right(c.relname, 8), 'YYYYMMDD') + 1
            )
    LOOP
        EXECUTE format('DROP TABLE %I', old);
    END LOOP;
END $$;
SELECT premura_partitions(3, 14);
"""

TALLY = """
CREATE FUNCTION premura_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO premura_tally (brand_id, team_id, assignee_id, state, n)
    SELECT brand_id, team_id, assignee_id, state, count(*) FROM fresh GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE FUNCTION premura_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO premura_tally (brand_id, team_id, assignee_id, state, n)
    SELECT brand_id, team_id, assignee_id, state, sum(n) FROM (
        SELECT brand_id, team_id, assignee_id, state, -1 AS n FROM old_rows
        UNION ALL SELECT brand_id, team_id, assignee_id, state, 1 FROM fresh
    ) both_rows GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
    RETURN NULL;
END $$;
CREATE FUNCTION premura_tally_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO premura_tally (brand_id, team_id, assignee_id, state, n)
    SELECT brand_id, team_id, assignee_id, state, -count(*) FROM old_rows GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_insert AFTER INSERT ON premura_conversation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION premura_tally_insert();
CREATE TRIGGER tally_update AFTER UPDATE ON premura_conversation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION premura_tally_update();
CREATE TRIGGER tally_delete AFTER DELETE ON premura_conversation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION premura_tally_delete();

-- Adds the differences up.  Who reads meanwhile sees either all of them or their sum.
CREATE FUNCTION premura_tally_fold() RETURNS void LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM premura_tally RETURNING brand_id, team_id, assignee_id, state, n)
    INSERT INTO premura_tally (brand_id, team_id, assignee_id, state, n)
    SELECT brand_id, team_id, assignee_id, state, sum(n) FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0;
$$;
"""

LANGUAGES = {
    "it": "italian",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "pt": "portuguese",
    "nl": "dutch",
    "ro": "romanian",
}


def search() -> str:
    """Return the statements that make a text search configuration for each language, without accents."""
    pieces = ["CREATE TEXT SEARCH CONFIGURATION premura_und (COPY = simple);",
              "ALTER TEXT SEARCH CONFIGURATION premura_und"
              " ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;"]  # fmt: skip
    for code, name in LANGUAGES.items():
        pieces += [f"CREATE TEXT SEARCH CONFIGURATION premura_{code} (COPY = {name});",
                   f"ALTER TEXT SEARCH CONFIGURATION premura_{code}"
                   f" ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {name}_stem;"]  # fmt: skip
    whens = " ".join(f"WHEN '{c}' THEN to_tsvector('public.premura_{c}', words)" for c in LANGUAGES)
    pieces.append(
        "CREATE FUNCTION premura_words(code text, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT CASE code {whens} ELSE to_tsvector('public.premura_und', words) END $$;"
    )
    ors = " || ".join(f"websearch_to_tsquery('public.premura_{code}', words)" for code in [*LANGUAGES, "und"])
    pieces.append(
        "CREATE FUNCTION premura_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        f" AS $$ SELECT {ors} $$;"
    )
    pieces.append("CREATE INDEX messages_by_words ON premura_message USING gin (premura_words(language, text));")
    return "\n".join(pieces)


# What all web processes must remember together for a while, such as how often somebody knocked at the door.
CACHE = """
CREATE UNLOGGED TABLE premura_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX premura_cache_expires ON premura_cache (expires);
"""

# Flags of several messages as one list, each once, in a fixed order.
FLAGS = """
CREATE FUNCTION premura_both(one varchar[], other varchar[]) RETURNS varchar[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(DISTINCT flag ORDER BY flag), '{}')
    FROM unnest(coalesce(one, '{}') || coalesce(other, '{}')) AS flag
$$;
CREATE AGGREGATE premura_flags (varchar[]) (SFUNC = premura_both, STYPE = varchar[], INITCOND = '{}');
"""

ALL = (DELIVERIES, TALLY, search(), CACHE, FLAGS)
