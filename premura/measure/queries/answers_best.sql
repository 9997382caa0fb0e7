SELECT id, likes FROM answers WHERE likes > 0 ORDER BY likes DESC, at DESC, id DESC LIMIT %(most)s
