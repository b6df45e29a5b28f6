SELECT account AS subject, min(d.time) AS first_time, max(d.time) AS last_time, count(*) AS peak, count(*) AS events
FROM log d
WHERE d.kind = 'deployment'
  AND NOT EXISTS (
    FROM log r
    WHERE r.kind = 'review' AND r.account = d.account AND r.reference = d.reference
      AND r.time >= d.time - INTERVAL 6 DAYS AND r.time < d.time
  )
GROUP BY account
