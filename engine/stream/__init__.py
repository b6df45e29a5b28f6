"""The stream evaluator: one event at a time, inside an API platform, with the findings of an audit."""

from plainterms.engine.stream.evaluator import Evaluator

__all__ = ["Evaluator"]
