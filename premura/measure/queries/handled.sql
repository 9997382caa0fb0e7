-- How many answers one of us sent in an hour in which they answered at all: the middle one of all such hours since a time,
-- and how many such hours there were.  The index on (author, written_at) bounds it.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n)::float8, count(*)
FROM (
    SELECT count(*) AS n
    FROM premura_membership ms
    JOIN premura_reply r ON r.author_id = ms.agent_id AND r.brand_id = ms.brand_id
    WHERE ms.brand_id = %(brand)s AND r.written_at >= %(since)s AND r.state = 'sent' AND r.follows_id IS NULL
    GROUP BY r.author_id, date_trunc('hour', r.sent_at, 'UTC')
) hours
