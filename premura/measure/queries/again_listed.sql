SELECT id FROM closed WHERE again ORDER BY id DESC LIMIT %(most)s
