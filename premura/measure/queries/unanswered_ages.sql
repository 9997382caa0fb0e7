-- How many of them there are of each age: the moments are the edges, the youngest first.
SELECT private, age, count(*)
FROM (
    SELECT private, (SELECT count(*) FROM unnest(%(edges)s::timestamptz[]) AS e (at) WHERE begun < e.at) AS age
    FROM never
) aged
GROUP BY 1, 2
