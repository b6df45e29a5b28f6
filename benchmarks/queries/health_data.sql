WITH measured AS (
    SELECT organisation AS subject, time, count(*) OVER w AS value
    FROM request JOIN organisation_register USING (organisation)
    WHERE regexp_matches(prompt, '(?i)\b(patient id|diagnosis name|medical record)\b')
      AND business_associate_agreement = 'no'
    WINDOW w AS (PARTITION BY organisation ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 15
GROUP BY subject
