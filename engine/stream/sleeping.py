"""Which clauses may sleep, and what the others let pass."""

from plainterms.engine.stream.ahead import Ahead
from plainterms.engine.stream.evaluator import Evaluator
from plainterms.engine.stream.foresight import ForeseenProhibition
from plainterms.engine.stream.gates import gate_of
from plainterms.engine.stream.hopes import may_sleep
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.prohibited import Prohibited
from plainterms.engine.stream.sleepers import Sleepers


def sleeping(ahead: Ahead, evaluator: Evaluator, limits: Limits) -> Sleepers | None:
    """Leave the clauses that may sleep to those who know when; None if there are none."""
    pairs = {}
    for place, judge in enumerate(evaluator.judges):
        foresight = ahead.at.get(place)
        if isinstance(foresight, ForeseenProhibition) and isinstance(judge, Prohibited) and may_sleep(judge.court):
            pairs[place] = (foresight, judge)
    if not pairs or ahead.accepted is not None:
        return None
    sleepers = Sleepers(
        pairs,
        ahead.registers,
        (ahead.sheet, ahead.early),
        (limits.events, limits.subjects),
        evaluator.times,
        ahead.reserved,
    )
    gates = [
        gate_of(judge.court, (ahead.at[place].court,) if place in ahead.at else ())
        for place, judge in enumerate(evaluator.judges)
        if place not in pairs
    ]
    ahead.let_sleep(sleepers)
    evaluator.let_sleep(sleepers, gates)
    return sleepers
