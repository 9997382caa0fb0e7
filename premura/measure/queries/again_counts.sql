SELECT count(*), count(*) FILTER (WHERE again) FROM closed
