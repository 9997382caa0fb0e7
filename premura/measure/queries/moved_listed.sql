SELECT id FROM resolved WHERE moved AND closed = %(closed)s::bool ORDER BY id DESC LIMIT %(most)s
