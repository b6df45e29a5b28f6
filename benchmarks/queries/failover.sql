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
trigger AS MATERIALIZED (
    SELECT account, time FROM request WHERE status = 'failure' AND error = '429'
),
watched AS MATERIALIZED (
    SELECT a.grouped, b.account, trigger.time
    FROM trigger
    JOIN member a ON trigger.account = a.account
    JOIN member b ON a.grouped = b.grouped AND a.account <> b.account
),
measured AS (
    SELECT w.grouped AS subject, r.time, 1 AS value
    FROM watched w
    JOIN request r ON r.account = w.account AND r.time > w.time AND r.time <= w.time + INTERVAL 1 MINUTE
    WHERE r.status = 'success'
)
SELECT subject, min(time) AS first_time, max(time) AS last_time, max(value) AS peak, count(*) AS events
FROM measured
WHERE true
GROUP BY subject
