SELECT count(*), count(*) FILTER (WHERE moved AND NOT closed), count(*) FILTER (WHERE closed) FROM resolved
