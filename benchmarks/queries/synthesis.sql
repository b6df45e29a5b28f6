WITH measured AS (
    SELECT organisation AS subject, time, count(*) OVER w AS value
    FROM request JOIN organisation_register USING (organisation)
    WHERE regexp_matches(prompt, '(?i)\b(generate|write|produce) \d+ (diverse |different )?(questions|instructions|prompts|tasks)\b')
      AND NOT list_contains(string_split(authorisations, '; '), 'output training')
    WINDOW w AS (PARTITION BY organisation ORDER BY time RANGE BETWEEN INTERVAL '86399.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value >= 300
GROUP BY subject
