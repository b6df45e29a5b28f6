WITH RECURSIVE link AS (
    SELECT DISTINCT account, 'payment_fingerprint:' || payment_fingerprint AS value FROM log
    UNION
    SELECT account, 'device:' || device AS value FROM log WHERE device NOT IN (
        'device-00000000', 'device-00000001', 'device-00000002', 'device-00000003', 'device-00000004'
    )
),
pair AS (
    SELECT DISTINCT a.account AS account, b.account AS other
    FROM link a JOIN link b ON a.value = b.value AND a.account <> b.account
),
reach AS (
    SELECT account, other FROM pair
    UNION
    SELECT reach.account, pair.other FROM reach JOIN pair ON reach.other = pair.account
),
member AS MATERIALIZED (
    SELECT account, least(account, min(other)) AS grouped FROM reach GROUP BY account
),
large AS (
    SELECT account, grouped FROM member WHERE grouped IN (SELECT grouped FROM member GROUP BY grouped HAVING count(*) > 4)
),
measured AS (
    SELECT grouped AS subject, time, count(DISTINCT account) OVER w AS value, count(*) OVER w AS requests
    FROM request JOIN large USING (account)
    WINDOW w AS (PARTITION BY grouped ORDER BY time RANGE BETWEEN INTERVAL '604799.999999 seconds' PRECEDING AND CURRENT ROW)
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE value > 4 AND requests >= 2000
GROUP BY subject
