"""Agreement of the evaluators: generated policies and logs, compared to the byte."""
