"""Help lines for the general syntax error: what the author may have meant."""

from collections.abc import Callable, Mapping

from plainterms.policy.expected import Place, shortened
from plainterms.policy.scan import UNITS


def advice(place: Place) -> str:
    """A help line for what stands there, or nothing."""
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


def _number_missing(place: Place) -> str:
    """`within day`, `within a day`, `within one day`."""
    words = [place.text(offset) for offset in (-2, -1, 0, 1)]
    if "within" in words[:2] and not UNITS.isdisjoint(words):
        return "a duration begins with a number, as in `1 day`"
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
    _number_missing,
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
