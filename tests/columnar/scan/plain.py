"""What conditions mean, said once more in the plainest way, from the docstrings of `policy.meaning` alone."""

from collections.abc import Mapping
from typing import Any

import re2

from plainterms.engine.conditions import appearance
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RegisterTable, ruling_key
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    ElapsedWithin,
    EventField,
    Field,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    PartField,
    RegisterField,
    RulingField,
    TimeIn,
)
from plainterms.policy.schema import MILLION, Type

Row = Mapping[str, Any]
Registers = Mapping[str, RegisterTable]
ORDERS = {
    "is": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


def truth(condition: Condition, row: Row, registers: Registers) -> bool | None:
    match condition:
        case And(operands):
            truths = [truth(operand, row, registers) for operand in operands]
            return False if False in truths else None if None in truths else True
        case Or(operands):
            truths = [truth(operand, row, registers) for operand in operands]
            return True if True in truths else None if None in truths else False
        case Not(operand):
            of = truth(operand, row, registers)
            return None if of is None else not of
        case KindIs(kinds):
            return row["kind"] in kinds
        case TimeIn(start, end):
            return (start is None or start <= row["time"]) and (end is None or row["time"] < end)
        case Missing(field):
            return value(field, row, registers) is None
        case _:
            return known(condition, row, registers)


def known(leaf: Condition, row: Row, registers: Registers) -> bool | None:
    def of(field: Field | Constant) -> Any:
        return field.value if isinstance(field, Constant) else value(field, row, registers)

    match leaf:
        case IsTrue(field):
            return of(field)
        case AppearsIn():
            return row.get(appearance(leaf).name)
        case Compare(left, relation, right):
            pair = of(left), of(right)
            return None if None in pair else ORDERS[relation](*pair)
        case ElapsedWithin(field, within, after):
            begin, end = of(after), of(field)
            return None if begin is None or end is None else begin < end <= begin + within
        case InList(field, values, open_list):
            found = of(field)
            return None if found is None else True if found in values else None if open_list else False
        case ContainsAny(field, values):
            found = of(field)
            return None if found is None else any(one in found for one in values)
        case MatchesAny(field, patterns):
            found = of(field)
            return None if found is None else any(bool(re2.search(one, found)) for one in patterns)
        case _:
            return None


def value(field: Field, row: Row, registers: Registers) -> Any:
    match field:
        case EventField(name):
            return row.get(name)
        case RegisterField(register, name, _, key, as_of, default):
            found = looked_up(registers, register, row.get(key.name), row["time"] if as_of is None else as_of, name)
            return default if found is None else found
        case RulingField(question, None):
            return looked_up(registers, "rulings", ruling_key(question, "service", "service"), row["time"], "answer")
        case RulingField(question, key):
            subject = value(key, row, registers)
            if subject is None:
                return None
            name = key.name if isinstance(key, EventField) else f"{key.register}.{key.name}"
            named = f"{subject / MILLION:g}" if key.type is Type.NUMBER else subject
            return looked_up(registers, "rulings", ruling_key(question, name, named), row["time"], "answer")
        case PartField(_, of):
            whole = value(of, row, registers)
            return None if whole is None else part_of(field, whole)


def looked_up(registers: Registers, register: str, key: str | None, time: int, name: str) -> Any:
    if key is None or register not in registers:
        return None
    found = registers[register].at(key, time)
    return None if found is None else found.values.get(name)
