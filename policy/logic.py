"""Putting conditions together, each in one form: nested `and` and `or` flat, constants taken out."""

from collections.abc import Iterable

from plainterms.policy.meaning import FALSE, TRUE, And, Condition, KindIs, Not, Or


def all_of(*operands: Condition) -> Condition:
    """Kleene's conjunction."""
    flat = tuple(dict.fromkeys(_flat(operands, And)))
    if FALSE in flat:
        return FALSE
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(*operands: Condition) -> Condition:
    """Kleene's disjunction; kinds of events are put into one question."""
    flat = list(dict.fromkeys(_flat(operands, Or)))
    if TRUE in flat:
        return TRUE
    kinds = {kind for operand in flat if isinstance(operand, KindIs) for kind in operand.kinds}
    others = [operand for operand in flat if not isinstance(operand, KindIs)]
    joined: list[Condition] = [KindIs(tuple(sorted(kinds)))] if kinds else []
    joined += others
    return joined[0] if len(joined) == 1 else Or(tuple(joined))


def negated(operand: Condition) -> Condition:
    """Kleene's negation."""
    match operand:
        case Not(inner):
            return inner
        case And(()):
            return FALSE
        case Or(()):
            return TRUE
    return Not(operand)


def _flat(operands: Iterable[Condition], kind: type[And] | type[Or]) -> Iterable[Condition]:
    for operand in operands:
        if isinstance(operand, kind):
            yield from operand.operands
        else:
            yield operand
