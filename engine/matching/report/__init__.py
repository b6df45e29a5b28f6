"""Reports of a matching: words, terminal, page and files."""
