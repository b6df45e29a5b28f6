"""What no evaluator can beat: reading the columns, and reading them while every distinct condition is evaluated."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import terms
from benchmarks.conditions import Leaf, column, distinct_leaves, expression, fields_of, gate, is_text
from benchmarks.data import COLUMNS, FOLDER, logs, registers
from benchmarks.queries import connected
from plainterms.engine.needs import event_columns
from plainterms.engine.plan import Plan, plan
from plainterms.policy.load import load
from plainterms.policy.meaning import PartField, RegisterField
from plainterms.policy.schema import Type

WAYS = ("scan", "conditions", "gated", "templates", "ours")
"""Only reading; each condition by itself; texts searched only where one alternation of all patterns finds something;
the same with the templates of prompts; our own scan stage."""


def planned(clauses: int) -> Plan:
    """The plan of the first so many clauses."""
    return plan([load(terms.write(FOLDER / "terms", clauses))])


def query(way: str, plan: Plan) -> str:
    """The scan as one query, which yields one row."""
    sums = [_weight(f"log.{name}", _type(name, plan)) for name in sorted(event_columns(plan) & COLUMNS)]
    if way == "templates":
        sums.append(f"sum(strlen({column(_template(plan))}))")
    leaves = [] if way == "scan" else distinct_leaves(plan)
    texts = [leaf for leaf in leaves if is_text(leaf)] if way != "conditions" else []
    counts = [f"count(*) FILTER (WHERE {_gated(leaf, texts)})" for leaf in leaves]
    source = f"(SELECT *, regexp_matches(prompt, {gate(texts)}) AS found FROM log)" if texts else "log"
    chosen = ",\n    ".join([*sums, *counts])
    return f"SELECT\n    {chosen}\nFROM {source} AS log\n{_joins(plan) if leaves else ''}"


def _type(name: str, plan: Plan) -> Type:
    return Type.TEXT if name == "kind" else plan.schema.event_fields()[name].type


def _weight(column: str, type: Type) -> str:  # noqa: A002
    """What makes DuckDB read every value of a column, and costs next to nothing."""
    match type:
        case Type.TEXT:
            return f"sum(strlen({column}))"
        case Type.LIST:
            return f"sum(len({column}))"
        case Type.TIME:
            return f"bit_xor(epoch_us({column}))"
        case Type.YES_NO:
            return f"count(*) FILTER (WHERE {column})"
        case _:
            return f"sum({column})"


def _gated(leaf: Leaf, texts: Sequence[Leaf]) -> str:
    shown = expression(leaf)
    return f"CASE WHEN found THEN {shown} ELSE found END" if leaf in texts else shown


def _template(plan: Plan) -> PartField:
    return next(entry for entry in fields_of(plan) if isinstance(entry, PartField) and entry.part == "template")


def _joins(plan: Plan) -> str:
    keys = {entry.register: entry.key.name for entry in fields_of(plan) if isinstance(entry, RegisterField)}
    return "\n".join(
        f"LEFT JOIN {name}_register ON log.{key} = {name}_register.{key}" for name, key in sorted(keys.items())
    )


def by_duckdb(way: str, plan: Plan, folder: Path, events: int) -> None:
    """Run the scan in DuckDB."""
    connected(folder, events).sql(query(way, plan)).fetchall()


def by_ourselves(plan: Plan, folder: Path) -> None:
    """Run the first stage of an audit: the log read, its conditions evaluated and its fields coded."""
    from plainterms.engine import columnar
    from plainterms.engine.registers import load_registers
    from plainterms.engine.sources import Quarantine, Tally, read

    tally, quarantine = Tally(), Quarantine()
    tables = load_registers(registers(), plan.schema, Tally(), quarantine)
    batches = read([str(folder)], plan.schema, tally, quarantine, columns=event_columns(plan))
    conditions, fields = columnar.needs(plan)
    columnar.scan(
        batches, conditions, fields, tables, on_conflict=lambda identifier, _places: _unexpected(identifier)
    )


def _unexpected(identifier: str) -> None:
    raise ValueError(f"two events of the log have the id {identifier}")


def main() -> None:
    """Measure one way from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, default=0.0)
    parser.add_argument("--clauses", type=int, default=50)
    parser.add_argument("--show", action="store_true", help="print the query instead")
    options = parser.parse_args()
    made = planned(options.clauses)
    if options.show:
        print(query(options.way, made))
        return
    folder = logs(options.events, options.missing)
    begun = time.perf_counter()
    if options.way == "ours":
        by_ourselves(made, folder)
    else:
        by_duckdb(options.way, made, folder, options.events)
    print(f"{options.way}: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
