"""The store: audits, findings, decisions and reviews in SQLite or PostgreSQL, under a log that shows tampering."""
