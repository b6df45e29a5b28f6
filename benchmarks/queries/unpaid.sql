SELECT account AS subject, min(time) AS first_time, max(time) AS last_time, count(*) AS peak, count(*) AS events
FROM request JOIN account_register USING (account)
WHERE plan = 'free' AND surface = 'api'
  AND country IN (
    'DE', 'FR', 'NL', 'ES', 'IT', 'PL', 'SE', 'AT', 'BE', 'DK', 'FI', 'NO', 'IE', 'PT', 'CZ', 'GR', 'RO', 'HU'
  )
GROUP BY account
