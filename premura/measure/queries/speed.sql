-- Each sort of those who asked, and of each of them five numbers in a row: when it began, when we answered, when it was
-- resolved (nan where it was not), whether a solution was proposed, and when the pile-on was seen that ran meanwhile.
SELECT a.channel_id, a.private, a.intent, a.urgency, a.language, a.tier, a.chosen_id, a.piled IS NOT NULL, a.known,
    string_agg(
        float8send(extract(epoch FROM a.begun)::float8)
        || float8send(coalesce(extract(epoch FROM a.answered)::float8, 'nan'))
        || float8send(coalesce(extract(epoch FROM a.settled)::float8, 'nan'))
        || float8send(coalesce(o.solution_proposed, false)::int::float8)
        || float8send(coalesce(extract(epoch FROM a.piled)::float8, 'nan')), ''
    )
FROM asked a
LEFT JOIN premura_outcome o ON o.conversation_id = a.id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
