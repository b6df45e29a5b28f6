"""What the audit costs: data, clauses, the same clauses as SQL, and the measurements."""
