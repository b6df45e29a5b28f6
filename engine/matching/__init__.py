"""Matching: which of the texts we served are among the samples of a suspect's training data, and how surely."""
