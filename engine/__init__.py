"""The machine: logs in, findings out."""
