-- By team: how many, how many of them wait still, and how long each waited that got its yes.
SELECT h.team_id, coalesce(t.name, ''), count(*), count(*) FILTER (WHERE h.deed IS NULL),
    coalesce(array_agg(h.took) FILTER (WHERE h.deed IN ('reply released', 'reply scheduled')), '{}')
FROM held h
LEFT JOIN premura_team t ON t.id = h.team_id
GROUP BY 1, 2
