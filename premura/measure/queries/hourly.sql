-- What came in hour by hour: all of each channel, and each intent of all channels together; as pairs of numbers, the hour
-- since 1970 and how many.
WITH counted AS MATERIALIZED (
    SELECT channel_id, what, (extract(epoch FROM hour) / 3600)::int AS hour, n
    FROM premura_hourly
    WHERE channel_id = ANY(%(channels)s::bigint[]) AND what = ANY(%(whats)s::text[])
        AND hour >= %(since)s AND hour < %(until)s
)
SELECT channel_id, '', string_agg(int4send(hour) || int4send(n), '') FROM counted WHERE what = '' GROUP BY 1
UNION ALL
SELECT NULL, what, string_agg(int4send(hour) || int4send(n::int), '')
FROM (SELECT what, hour, sum(n) AS n FROM counted WHERE what <> '' GROUP BY 1, 2) of_intents
GROUP BY 2
