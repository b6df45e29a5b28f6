SELECT account AS subject, min(i.time) AS first_time, max(i.time) AS last_time, count(*) AS peak, count(*) AS events
FROM log i
WHERE i.kind = 'incident'
  AND i.time + INTERVAL 72 HOURS < getvariable('until')
  AND NOT EXISTS (
    FROM log d
    WHERE d.kind = 'disclosure' AND d.account = i.account AND d.reference = i.reference
      AND d.time > i.time AND d.time <= i.time + INTERVAL 72 HOURS
  )
GROUP BY account
