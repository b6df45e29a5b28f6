WITH measured AS (
    SELECT account AS subject, time, count(*) FILTER (WHERE reasoning) OVER w AS value, count(*) OVER w AS whole
    FROM (
        SELECT account, time,
            regexp_matches(prompt, '(?i)chain[- ]of[- ]thought|show (me )?your (hidden )?reasoning|translate (your|the) (reasoning|thinking)') AS reasoning
        FROM request
    )
    WINDOW w AS (PARTITION BY account ORDER BY time RANGE BETWEEN INTERVAL '604799.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value * 100 >= whole * 40 AND whole >= 50
GROUP BY subject
