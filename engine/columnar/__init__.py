"""The columnar evaluator: one scan of a log, then sweeps over sorted columns; exact, and fast on batches."""

from plainterms.engine.columnar.evaluate import evaluate
from plainterms.engine.columnar.needs import needs
from plainterms.engine.columnar.scan import scan

__all__ = ["evaluate", "needs", "scan"]
