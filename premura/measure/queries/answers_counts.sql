-- How many answers there are of each sort, and how often they were liked: some two hundred rows at most.
SELECT week, asks, canned, outcome, likes > 0, count(*), sum(likes)::bigint FROM answers GROUP BY 1, 2, 3, 4, 5
