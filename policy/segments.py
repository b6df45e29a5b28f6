"""Cutting a document at its top-level keywords, so that one broken item does not hide the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from plainterms.policy.grammar import Grammar
from plainterms.policy.scan import Token

OPENINGS = ("terms", "use", "incorporates", "let", "list", "event", "register", "define", "clause")
"""The words an item (or the head) begins with."""

_NAMING = ("let", "list", "event", "register", "condition", "clause", "except", "as", "keyed", "by")


@dataclass(frozen=True)
class Segment:
    """The tokens of one item; ``opening`` is its first word, or nothing for what stands before the first item."""

    opening: str
    tokens: tuple[Token, ...]


def cut(tokens: Sequence[Token], grammar: Grammar) -> list[Segment]:
    """All tokens, item by item."""
    if not tokens:
        return []
    starts = [index for index in range(len(tokens)) if _opens(tokens, index, grammar)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    ends = [*starts[1:], len(tokens)]
    return [_segment(tuple(tokens[start:end])) for start, end in zip(starts, ends, strict=True)]


def _segment(tokens: tuple[Token, ...]) -> Segment:
    first = tokens[0]
    opening = first.text if first.type == "WORD" and first.text in OPENINGS else ""
    return Segment(opening, tokens)


def _opens(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    """Whether an item begins here. Only where the words around say so is the keyword something else."""
    token = tokens[index]
    if token.type != "WORD" or token.text not in OPENINGS:
        return False
    before = _text(tokens, index - 1)
    after = _text(tokens, index + 1)
    if before == "." or after in (":", "."):
        return False
    if token.text == "list" and after == "of":
        return False
    if token.text == "event" and before == "define":
        return False
    return not (_wants_name(tokens, index, before) and not _is_name(tokens, index + 1, grammar))


def _wants_name(tokens: Sequence[Token], index: int, before: str) -> bool:
    """Whether a name is to be declared here (`let clause be 3` is one item with a wrong name)."""
    if _text(tokens, index - 2) == ".":
        return False
    return before in _NAMING or (before == "event" and _text(tokens, index - 2) == "define")


def _is_name(tokens: Sequence[Token], index: int, grammar: Grammar) -> bool:
    if not 0 <= index < len(tokens):
        return False
    token = tokens[index]
    return token.type == "WORD" and not grammar.reserved(token.text)


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
