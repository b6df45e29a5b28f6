"""Makes `grammar.json`, the tables by which documents are parsed, from `grammar.lark`.

Lark needs 0.2 s and more to read a grammar, the tables are read in a few milliseconds. After a change of the grammar
run `python -m plainterms.policy.tables`; until then the tables are made anew in each process.
"""

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

STARTS = ("head", "item")


def grammar_text() -> str:
    """The grammar as it is written."""
    return files("plainterms.policy").joinpath("grammar.lark").read_text(encoding="utf-8")


def digest(grammar: str) -> str:
    """What says whether tables belong to a grammar."""
    return hashlib.sha256(grammar.encode()).hexdigest()


def make(grammar: str) -> dict[str, Any]:
    """The tables of a grammar.

    ``words``: keyword -> terminal. ``rules``: symbol, length, and the rule's own name, empty where it only groups.
    ``starts``: start rule -> first and last state. ``states``: for each state, symbol -> next state, or -1 - rule.
    ``firsts``: symbol -> terminals it can begin with.
    """
    from lark import Lark

    lark = Lark(grammar, parser="lalr", start=list(STARTS), keep_all_tokens=True)
    return {
        "digest": digest(grammar),
        "words": {
            terminal.pattern.value: terminal.name
            for terminal in sorted(lark.terminals, key=lambda terminal: terminal.name)
            if terminal.pattern.type == "str" and terminal.pattern.value[0].isalpha()
        },
        "firsts": _firsts(lark),
        **_automaton(lark),
    }


def _firsts(lark: Any) -> dict[str, list[str]]:
    heads = {(rule.origin.name, rule.expansion[0].name, rule.expansion[0].is_term) for rule in lark.rules}
    found: dict[str, set[str]] = {origin: set() for origin, _, _ in heads}
    for _ in found:
        for origin, head, is_terminal in heads:
            found[origin] |= {head} if is_terminal else found[head]
    return {origin: sorted(terminals) for origin, terminals in sorted(found.items()) if origin[:2] != "__"}


def _automaton(lark: Any) -> dict[str, Any]:
    table = lark.parser.parser._parse_table
    rules = sorted(lark.rules, key=lambda rule: (rule.origin.name, [symbol.name for symbol in rule.expansion]))
    numbers = {rule: -1 - number for number, rule in enumerate(rules)}
    rows = {
        state: {symbol: numbers.get(target, target) for symbol, (_, target) in sorted(row.items())}
        for state, row in table.states.items()
    }
    order = _order(rows, [table.start_states[start] for start in STARTS])
    return {
        "rules": [[rule.origin.name, len(rule.expansion), _name(rule)] for rule in rules],
        "starts": {start: [order[table.start_states[start]], order[table.end_states[start]]] for start in STARTS},
        "states": [
            {symbol: order.get(target, target) for symbol, target in rows[state].items()}
            for state in sorted(order, key=lambda state: order[state])
        ],
    }


def _name(rule: Any) -> str:
    if rule.alias:
        return str(rule.alias)
    name = rule.origin.name
    return "" if name.startswith("_") or rule.options.expand1 else str(name)


def _order(rows: dict[int, dict[str, int]], starts: list[int]) -> dict[int, int]:
    """The states numbered as they are reached, so that equal grammars make equal tables."""
    reached = list(starts)
    seen = set(starts)
    for state in reached:
        for target in rows[state].values():
            if target >= 0 and target not in seen:
                seen.add(target)
                reached.append(target)
    return {state: number for number, state in enumerate(reached)}


def rendered(tables: dict[str, Any]) -> str:
    """The tables as JSON, a line for each state."""
    lines = [f"{json.dumps(key)}: {_lines(value)}" for key, value in tables.items()]
    return "{" + ",\n".join(lines) + "}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value) + "\n]"
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    Path(__file__).with_name("grammar.json").write_text(rendered(make(grammar_text())), encoding="utf-8")
