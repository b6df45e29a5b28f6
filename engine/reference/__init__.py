"""The reference evaluator: what a policy means, as slow and as obvious as possible. It never learns a trick."""

from plainterms.engine.reference.evaluate import evaluate

__all__ = ["evaluate"]
