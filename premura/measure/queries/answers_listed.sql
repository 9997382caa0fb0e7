SELECT DISTINCT conversation_id FROM answers
WHERE (%(week)s::date IS NULL OR week = %(week)s)
    AND (%(asks)s::bool IS NULL OR asks = %(asks)s)
    AND (%(liked)s::bool IS NULL OR (likes > 0) = %(liked)s)
    AND (%(canned)s::bool IS NULL OR canned = %(canned)s)
    AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
ORDER BY conversation_id DESC LIMIT %(most)s
