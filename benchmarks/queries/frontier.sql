SELECT organisation AS subject, min(time) AS first_time, max(time) AS last_time, count(*) AS peak, count(*) AS events
FROM request JOIN model_register USING (model) JOIN organisation_register USING (organisation)
WHERE frontier = 'yes' AND verified = 'no'
GROUP BY organisation
