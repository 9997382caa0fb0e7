SELECT DISTINCT conversation_id FROM held
WHERE (%(every)s::bool OR team_id IS NOT DISTINCT FROM %(team)s::bigint)
ORDER BY conversation_id DESC LIMIT %(most)s
