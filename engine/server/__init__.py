"""The service: decisions inline, audits as jobs, findings and their review, over HTTP and on one store."""
