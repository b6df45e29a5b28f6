"""The parser: the tables of `grammar.lark`, and the machine that runs them."""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from plainterms.policy import tables
from plainterms.policy.build import MAKERS, build
from plainterms.policy.scan import UNITS, Token

SOFT_WORDS = frozenset({"acceptance", "duration", "notice", "number", "service", "source", "text", "time", "version"})
"""Words of the grammar that may also be names, because the fields and kinds of real logs have them."""


@dataclass(frozen=True)
class Grammar:
    """What `tables.make` describes."""

    words: dict[str, str]
    rules: list[tuple[str, int, str]]
    starts: dict[str, tuple[int, int]]
    states: list[dict[str, int]]
    firsts: dict[str, list[str]]

    def reserved(self, word: str) -> bool:
        """Whether the word can not be a name."""
        return (word in self.words and word not in SOFT_WORDS) or word in UNITS


@cache
def grammar() -> Grammar:
    """The grammar of this version, read once."""
    text = tables.grammar_text()
    kept = json.loads(files("plainterms.policy").joinpath("grammar.json").read_text(encoding="utf-8"))
    made = kept if kept["digest"] == tables.digest(text) else tables.make(text)
    return Grammar(made["words"], made["rules"], made["starts"], made["states"], made["firsts"])


class Unexpected(Exception):  # noqa: N818 - not an error of its own: `parse` turns it into a problem
    """A token that no rule allows where it stands."""

    def __init__(self, token: Token) -> None:
        self.token = token
        super().__init__(token.text)


@dataclass
class Machine:
    """An LALR(1) parser in the midst of its work."""

    grammar: Grammar
    start: str
    states: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states.append(self.grammar.starts[self.start][0])

    def feed(self, token: Token) -> None:
        """Takes one token; raises `Unexpected`."""
        table, rules = self.grammar.states, self.grammar.rules
        while True:
            action = table[self.states[-1]].get(token.type)
            if action is None:
                raise Unexpected(token)
            if action >= 0:
                self.states.append(action)
                self.values.append(token)
                return
            self._reduce(*rules[-1 - action])

    def accepts(self, terminal: str) -> int | None:
        """The state in which that terminal would be taken, or nothing; changes nothing."""
        table, rules = self.grammar.states, self.grammar.rules
        states = list(self.states)
        last = self.grammar.starts[self.start][1]
        while True:
            if terminal == "$END" and states[-1] == last:
                return last
            action = table[states[-1]].get(terminal)
            if action is None:
                return None
            if action >= 0:
                return states[-1]
            origin, length, _ = rules[-1 - action]
            del states[-length:]
            states.append(table[states[-1]][origin])

    def finish(self, end: Token) -> Any:
        """The tree, when all tokens were fed; ``end`` is a token of type $END for the message."""
        table, rules = self.grammar.states, self.grammar.rules
        last = self.grammar.starts[self.start][1]
        while self.states[-1] != last:
            action = table[self.states[-1]].get(end.type)
            if action is None:
                raise Unexpected(end)
            self._reduce(*rules[-1 - action])
        return self.values[-1]

    def _reduce(self, origin: str, length: int, name: str) -> None:
        values = self.values[-length:]
        del self.states[-length:], self.values[-length:]
        self.values.append(build(MAKERS[name], values) if name else grouped(values))
        self.states.append(self.grammar.states[self.states[-1]][origin])


def grouped(values: list[Any]) -> Any:
    """What a rule without a class passes on: its only value, or a list that the rule around it takes up."""
    if len(values) == 1:
        return values[0]
    first, *rest = values
    found = first if isinstance(first, list) else [first]
    for value in rest:
        if isinstance(value, list):
            found.extend(value)
        else:
            found.append(value)
    return found
