-- Which they are, who has waited longest first, below a mark.
SELECT id, begun FROM never
WHERE (%(private)s::bool IS NULL OR private = %(private)s::bool)
    AND (%(at)s::timestamptz IS NULL OR (begun, id) > (%(at)s::timestamptz, %(id)s::bigint))
ORDER BY begun, id
LIMIT %(most)s
