SELECT organisation AS subject, min(time) AS first_time, max(time) AS last_time, count(*) AS peak, count(*) AS events
FROM request JOIN organisation_register USING (organisation)
WHERE unsupported_ownership > 50
GROUP BY organisation
