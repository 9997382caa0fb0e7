-- Those whom we answered, the slowest first, below a mark: how many microseconds they waited, and which they are.
, told AS (
    SELECT id, (extract(epoch FROM answered - begun) * 1000000)::bigint AS waited
    FROM asked
    WHERE answered IS NOT NULL
        AND (%(private)s::bool IS NULL OR private = %(private)s::bool)
        AND (%(intents)s::text[] IS NULL OR intent = ANY(%(intents)s::text[]))
        AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s::bigint)
        AND (%(language)s::text IS NULL OR language = %(language)s::text)
        AND (%(day)s::timestamptz IS NULL OR (begun >= %(day)s::timestamptz AND begun < %(next)s::timestamptz))
)
SELECT id, waited FROM told
WHERE %(waited)s::bigint IS NULL OR (waited, id) < (%(waited)s::bigint, %(id)s::bigint)
ORDER BY waited DESC, id DESC
LIMIT %(most)s
