"""What changed between two versions of a document, in words, and whose verdict changes on a log."""
