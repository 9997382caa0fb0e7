SELECT coalesce(sum(n), 0)::bigint, coalesce(sum(done), 0)::bigint, count(*), count(*) FILTER (WHERE n = done)
FROM (SELECT count(*) AS n, count(*) FILTER (WHERE answered) AS done FROM posts GROUP BY first_id) like_posts
