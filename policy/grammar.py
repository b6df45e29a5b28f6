"""The parser made from `grammar.lark`, built once when it is first needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark.lexer import Lexer, PatternStr

from plainterms.policy.build import callbacks
from plainterms.policy.scan import UNITS

SOFT_WORDS = frozenset({"duration", "notice", "number", "service", "source", "text", "time", "version"})
"""Words of the grammar that may also be names, because the fields and kinds of real logs have them."""


class NoLexer(Lexer):
    """Stands where Lark wants a lexer: the tokens come from `scan`."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, *_: object) -> Iterator[Any]:
        """No tokens."""
        return iter(())


@dataclass(frozen=True)
class Grammar:
    """The parser, and the terminal of each keyword."""

    lark: Lark
    terminals: dict[str, str]

    def reserved(self, word: str) -> bool:
        """Whether the word can not be a name."""
        return (word in self.terminals and word not in SOFT_WORDS) or word in UNITS


def grammar_text() -> str:
    """The grammar as it is written."""
    return files("plainterms.policy").joinpath("grammar.lark").read_text(encoding="utf-8")


@cache
def grammar() -> Grammar:
    """The one parser of this process."""
    lark = Lark(
        grammar_text(),
        parser="lalr",
        lexer=NoLexer,
        start=["head", "item"],
        keep_all_tokens=True,
        transformer=callbacks(),
    )
    terminals = {
        terminal.pattern.value: terminal.name
        for terminal in lark.terminals
        if isinstance(terminal.pattern, PatternStr) and re.match(r"[^\W\d]", terminal.pattern.value)
    }
    return Grammar(lark, terminals)
