"""Syntax errors that authors often make, each with its own message or advice."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from plainterms.policy.expected import Place, describe, expectation, shortened
from plainterms.policy.literals import Flaw
from plainterms.policy.scan import UNITS, Token, swallows_lines
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
    advice = _advice(place)
    return span, replace(flaw, help=advice) if advice else flaw


# ── Mistakes with a message of their own ──────────────────────────────────────────────────────────────────────────


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
    """`where within 1 day`: read as the beginning of `within 1 day after F`."""
    if not place.accepts("AFTER") or place.text(-3) != "within" or place.text(-4) not in ("where", "when"):
        return None
    flaw = Flaw(f"expected a condition after `{place.text(-4)}`, found `within`")
    return replace(flaw, span=place.tokens[place.index - 3].span)


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

# ── Advice for the general message ────────────────────────────────────────────────────────────────────────────────


def _advice(place: Place) -> str:
    found = place.found.text
    for words in (f"{place.text(-1)} {found}", found):
        if words in _OTHER_WORDS:
            return _OTHER_WORDS[words]
    for word, meant in _NEAR_KEYWORDS:
        if word == found and place.accepts(place.grammar.words[meant]):
            return f"did you mean `{meant}`?"
    for known in _ADVICE:
        help_line = known(place)
        if help_line:
            return help_line
    return ""


_NEAR_KEYWORDS = (
    ("where", "when"),
    ("when", "where"),
    ("until", "to"),
    ("of", "after"),
    ("be", "is"),
    ("is", "be"),
    ("with", "has"),
)
"""A keyword, and the one that may be meant where it cannot stand."""


def _one_value(place: Place) -> str:
    """`is any of`, `is "a", "b"`, `is in "a"`, `is "a" or "b"`."""
    before = place.text(-1)
    many = 'for several values declare `list NAME is "A", "B"` and write `is in NAME`'
    if place.found.type == "STRING" and before in ("or", "and"):
        return 'repeat the field, as in `country is "A" or country is "B"`'
    if (before == "is" and place.found.text == "any") or (before == "in" and place.found.type == "STRING"):
        return many
    if place.found.type == "COMMA" and place.accepts("AND") and place.accepts("OR"):
        return many if "is" in (place.text(-2), place.text(-3)) else "conditions are joined with `and` or with `or`"
    return ""


def _list_joint(place: Place) -> str:
    if place.found.text in ("and", "or") and place.accepts("COMMA"):
        return "put a comma between two of a list, before the last one too"
    alike = place.index > 0 and place.found.type == place.tokens[place.index - 1].type
    if alike and place.found.type in ("STRING", "NAME", "PATTERN") and place.accepts("COMMA"):
        return "put a comma between two of a list"
    return ""


def _together(place: Place) -> str:
    return "join two measures with `together with`" if place.found.text == "and" and place.accepts("TOGETHER") else ""


def _section_outside(place: Place) -> str:
    word = place.found.text
    if word in ("in", "on", "for"):
        return ""
    if place.opening != "clause" and place.grammar.words.get(word) in place.grammar.firsts["section"]:
        return f"`{word}` stands in a clause"
    if place.opening != "terms" and place.grammar.words.get(word) in place.grammar.firsts["header_part"]:
        return f"`{word}` stands in the head, under `terms`"
    return ""


def _second_where(place: Place) -> str:
    if place.found.text in ("where", "when") and place.accepts("AND"):
        return "join two conditions with `and`"
    return ""


def _quotes(place: Place) -> str:
    if not place.accepts("STRING") or place.accepts("NAME") or place.found.type not in _UNQUOTED:
        return ""
    if place.found.text in place.grammar.words:
        return ""
    text, end = place.found.text, place.found.end
    for token in place.tokens[place.index + 1 :]:
        if token.start != end:
            break
        text, end = text + token.text, token.end
    return f'put it between quotes: "{text}"'


_UNQUOTED = ("NUMBER", "DATE", "NAME", "TIME")


def _pattern_or_text(place: Place) -> str:
    if place.found.type == "STRING" and place.accepts("PATTERN"):
        return "a pattern stands between slashes, as in /spam/i; for a plain text write `contains`"
    if place.found.type == "PATTERN":
        return "a pattern stands after `matches`"
    return ""


def _colon(place: Place) -> str:
    return "a keyword is followed by its value, without a colon" if place.found.type == "COLON" else ""


def _bound_missing(place: Place) -> str:
    if place.text(-1) in ("prohibits", "permits", "requires") and place.found.type == "NAME":
        return f"write `any {place.found.text}` to mean each one, or a bound such as `at least 10 {place.found.text}`"
    return ""


def _name_missing(place: Place) -> str:
    before = place.text(-1)
    if before in ("clause", "except") and place.found.type == "STRING":
        return f"write a short name before the words, as in `{before} short_name {shortened(place.found.text)}`"
    return ""


def _keyword_as_value(place: Place) -> str:
    word = place.found.text
    if (word in _NOUNS or word in UNITS) and place.accepts("NAME"):
        return f"`{word}` is a word of the language; a name must be another, and a text stands in quotes"
    return ""


_NOUNS = (
    *(
        "breach",
        "calendar",
        "chance",
        "clause",
        "column",
        "condition",
        "default",
        "event",
        "example",
        "group",
        "list",
    ),
    *("one", "others", "percent", "register", "samples", "terms", "total"),
)


_ADVICE: tuple[Callable[[Place], str], ...] = (
    _one_value,
    _list_joint,
    _second_where,
    _quotes,
    _pattern_or_text,
    _colon,
    _bound_missing,
    _name_missing,
    _together,
    _section_outside,
    _keyword_as_value,
)

_OTHER_WORDS: Mapping[str, str] = {
    "every": "did you mean `each`?",
    "all": "did you mean `each`?",
    "less": "did you mean `fewer`?",
    "under": "did you mean `fewer than`?",
    "maximum": "did you mean `at most`?",
    "minimum": "did you mean `at least`?",
    "forbids": "did you mean `prohibits`?",
    "bans": "did you mean `prohibits`?",
    "allows": "did you mean `permits`?",
    "must": "did you mean `requires`?",
    "unique": "did you mean `different`?",
    "distinct": "did you mean `different`?",
    "sum": "did you mean `total`?",
    "equals": "did you mean `is`?",
    "includes": "did you mean `contains`?",
    "like": "did you mean `matches` or `resembles`?",
    "if": "a condition of an exception begins with `when`, one of events with `where`",
    "between": "write `F >= A and F <= B`",
    "during": "did you mean `within`?",
    "followed by": "say how soon, as in `A followed within 30 days by B`",
    "per day": "write `per calendar day`",
    "per week": "write `per calendar week`",
    "per month": "write `per calendar month`",
    "per quarter": "write `per calendar quarter`",
    "per year": "write `per calendar year`",
    "per hour": "write `within 1 hour`",
    "per minute": "write `within 1 minute`",
    "percent": "write `30%`",
    ": string": "did you mean `text`?",
    ": boolean": "did you mean `yes/no`?",
    ": bool": "did you mean `yes/no`?",
    ": integer": "did you mean `number`?",
    ": int": "did you mean `number`?",
    ": float": "did you mean `number`?",
    ": date": "did you mean `time`?",
    ": timestamp": "did you mean `time`?",
}
