WITH measured AS (
    SELECT organisation AS subject, time, count(*) OVER w AS value
    FROM request JOIN organisation_register USING (organisation)
    WHERE regexp_matches(prompt, '(?i)chain[- ]of[- ]thought|show (me )?your (hidden )?reasoning|translate (your|the) (reasoning|thinking)')
      AND NOT (purpose = 'embeddings or classifiers' AND distributes_models = 'no')
      AND NOT list_contains(string_split(authorisations, '; '), 'output training')
    WINDOW w AS (PARTITION BY organisation ORDER BY time RANGE BETWEEN INTERVAL '2591999.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 250
GROUP BY subject
