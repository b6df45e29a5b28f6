"""Syntax errors that authors often make, each with its own message."""

from collections.abc import Callable
from dataclasses import replace

from plainterms.policy.advice import advice
from plainterms.policy.expected import Place, describe, expectation
from plainterms.policy.literals import Flaw
from plainterms.policy.scan import Token, swallows_lines
from plainterms.policy.segments import OPENINGS
from plainterms.policy.syntax import Span


def explain(place: Place) -> tuple[Span, Flaw]:
    """The one error of an item, and where it is shown."""
    span = place.found.span if place.found.type != "$END" else place.tokens[-1].span
    for known in MISTAKES:
        flaw = known(place)
        if flaw is not None:
            return span, flaw
    flaw = expectation(place)
    help_line = advice(place)
    return span, replace(flaw, help=help_line) if help_line else flaw


def _not_of_the_language(place: Place) -> Flaw | None:
    """Characters that have no place anywhere; `scan` knows what to say."""
    if not place.found.flaws or place.found.type != "WRONG":
        return None
    flaw, text = place.found.flaws[0], place.found.text
    if text in ("=", "=="):
        return replace(flaw, help=_instead_of_equals(place))
    if text[0].isdigit() and place.accepts("NAME") and not place.accepts("NUMBER"):
        return Flaw(f"`{text}` is not a name", "a name begins with a letter")
    return flaw


def _instead_of_equals(place: Place) -> str:
    words = [word for word in ("is", "be") if place.accepts(place.grammar.words[word])]
    return f"write `{words[0]}`" if words else "a keyword is followed by its value"


def _condition_missing(place: Place) -> Flaw | None:
    """`where within 1 day` or `where within NAME`: read as the beginning of `within 1 day after F`."""
    for length in (2, 1):
        keyword = place.text(-length - 2)
        if place.text(-length - 1) == "within" and keyword in ("where", "when") and place.accepts("AFTER"):
            flaw = Flaw(f"expected a condition after `{keyword}`, found `within`")
            return replace(flaw, span=place.tokens[place.index - length - 1].span)
    return None


def _quote_not_closed(place: Place) -> Flaw | None:
    """Text that runs over several sections, and everything after it inside out."""
    for token in place.tokens[max(0, place.index - 1) : place.index + 1]:
        if swallows_lines(token):
            return Flaw("this text has no closing quote", span=Span(token.start, token.start + _first_line(token)))
    return None


def _first_line(token: Token) -> int:
    return len(token.text.split("\n", 1)[0].rstrip())


def _no_item(place: Place) -> Flaw | None:
    """Something before the first item."""
    if place.opening:
        return None
    words = [word for word in OPENINGS if word != "clause"]
    listed = ", ".join(f"`{word}`" for word in words)
    message = f"expected {listed} or `clause`, found {describe(place.found, '')}"
    return Flaw(message, expectation(place).help if place.found.type == "NAME" else "")


def _word_as_name(place: Place) -> Flaw | None:
    """A keyword that is declared as a name."""
    word = place.found.text
    if not place.accepts("NAME") or not place.grammar.reserved(word):
        return None
    if place.text(-1) in _NAMING or place.text(1) == ":":
        return Flaw(f"`{word}` is a word of the language and cannot be a name", f"choose another, such as `{word}_`")
    return None


_NAMING = ("let", "list", "event", "register", "condition", "clause", "except", "as")


def _and_with_or(place: Place) -> Flaw | None:
    joints = {"and": "OR", "or": "AND"}
    other = joints.get(place.found.text)
    if other is None or not place.accepts(other):
        return None
    return Flaw(
        "mixing `and` with `or` needs parentheses",
        "write `A and (B or C)` or `(A and B) or C`, whichever is meant",
    )


def _parenthesis(place: Place) -> Flaw | None:
    if place.found.type == "RPAR" and not _open_parentheses(place):
        return Flaw("this `)` closes nothing", "delete it, or open a `(` before")
    if place.accepts("RPAR") and (place.found.type == "$END" or place.found.text in _AFTER_CONDITION):
        token = _open_parentheses(place)[-1]
        return Flaw("this `(` is never closed", "add a `)` at the end of the condition", token.span)
    return None


def _open_parentheses(place: Place) -> list[Token]:
    opened: list[Token] = []
    for token in place.tokens[: place.index]:
        if token.type == "LPAR":
            opened.append(token)
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened


_AFTER_CONDITION = (
    *("cites", "cure", "except", "for", "note", "on", "permits", "prohibits", "requires", "severity", "example"),
    *("together", "unless", "within", "per"),
)


def _not_before_verb(place: Place) -> Flaw | None:
    """`F does not contain V`, `F not in LIST`."""
    if place.found.text == "does" or (place.found.text == "not" and place.accepts("IS")):
        field = place.text(-1)
        if place.text(1) == "in":
            return Flaw("`not` stands between `is` and `in`", f"write `{field} is not in …`")
        return Flaw(f"{describe(place.found, '')} cannot stand after a field", f"write `not {field} contains …`")
    return None


def _comparison_in_words(place: Place) -> Flaw | None:
    """`is greater than`, `is at least`, `is >=`, `is equal to`."""
    word, before = place.found.text, place.text(-1)
    if word in ("than", "to") and before in _IN_WORDS and place.text(-2) == "is":
        span = Span(place.tokens[place.index - 2].start, place.found.end)
        return Flaw(f"`is {before} {word}` is not a comparison", f"write `{_IN_WORDS[before]}`", span)
    words = f"{word} {place.text(1)}"
    if before == "is" and words in _BOUNDS:
        span = Span(place.tokens[place.index - 1].start, place.tokens[place.index + 1].end)
        return Flaw(f"`is {words}` is not a comparison", f"write `{_BOUNDS[words]}`", span)
    if before == "is" and place.found.type == "ORDER":
        span = Span(place.tokens[place.index - 1].start, place.found.end)
        return Flaw(f"`is {word}` is not a comparison", f"write `{word}` without `is`", span)
    return None


_IN_WORDS = {
    "greater": ">",
    "larger": ">",
    "bigger": ">",
    "higher": ">",
    "less": "<",
    "smaller": "<",
    "lower": "<",
    "equal": "is",
}
_BOUNDS = {"at least": ">=", "at most": "<=", "more than": ">", "fewer than": "<"}

MISTAKES: tuple[Callable[[Place], Flaw | None], ...] = (
    _quote_not_closed,
    _not_of_the_language,
    _no_item,
    _condition_missing,
    _word_as_name,
    _and_with_or,
    _parenthesis,
    _not_before_verb,
    _comparison_in_words,
)
