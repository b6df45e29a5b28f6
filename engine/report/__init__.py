"""Reports: what an audit found, for a terminal, as one page, and as lines of JSON; all functions of a `Report`."""
