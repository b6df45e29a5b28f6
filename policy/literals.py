"""Reading what stands for a value in a document: texts, patterns, numbers, dates, times and durations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from plainterms.policy import syntax
from plainterms.policy.syntax import Span

LARGEST = 2**63 - 1
"""Numbers, percentages, times and durations are held in 64 bits."""

LONGEST_PATTERN = 10_000
PATTERN_FLAGS = {"i": "letters in either case", "s": "`.` also matches a line break", "m": "`^` and `$` at lines"}

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECIMAL = re.compile(r"(-?)(\d+(?:_\d+)*)(?:\.(\d+))?")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {'"': '"', "“": "“", "”": "”", "\\": "\\", "n": "\n"}
_NO_LENGTH = {"month": "30 days", "quarter": "90 days", "year": "365 days"}


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a value: a message, a help line, and the place if it is only a part of the value."""

    message: str
    help: str = ""
    span: Span | None = None


def read_text(written: str, start: int) -> tuple[syntax.Text, tuple[Flaw, ...]]:
    """The text between quotes: line breaks with the blanks around them are one space, escapes are undone."""
    span = Span(start, start + len(written))
    flaws = tuple(_wrong_escapes(written, start))
    value = _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), _folded(written[1:-1]))
    return syntax.Text(value, span=span), flaws


def _wrong_escapes(written: str, start: int) -> Iterator[Flaw]:
    for found in _ESCAPE.finditer(written, 1, len(written) - 1):
        if found[1] not in _ESCAPES:
            shown = found[0] if found[1].isprintable() else "\\"
            yield Flaw(
                f"`{shown}` is not an escape",
                r"in a text write `\"` for a quote, `\\` for a backslash and `\n` for a line break",
                Span(start + found.start(), start + found.end()),
            )


def _folded(body: str) -> str:
    if "\n" not in body:
        return body
    first, *middle, last = body.split("\n")
    inner = [line.strip() for line in middle]
    return " ".join([first.rstrip(), *(line for line in inner if line), last.lstrip()])


def read_pattern(written: str, start: int) -> tuple[syntax.Pattern, tuple[Flaw, ...]]:
    """The expression between slashes, as written, and its flags."""
    source, _, flags = written[1:].rpartition("/")
    return syntax.Pattern(source, flags, span=Span(start, start + len(written))), tuple(_pattern_flaws(source, flags))


def _pattern_flaws(source: str, flags: str) -> Iterator[Flaw]:
    if len(source) > LONGEST_PATTERN:
        yield Flaw(f"this pattern has {len(source):_} characters, more than the {LONGEST_PATTERN:_} allowed")
    for flag in sorted(set(flags)):
        if flag not in PATTERN_FLAGS:
            known = ", ".join(f"`{letter}` ({meaning})" for letter, meaning in PATTERN_FLAGS.items())
            yield Flaw(f"`{flag}` is not a flag of a pattern", f"the flags are {known}")
        elif flags.count(flag) > 1:
            yield Flaw(f"the flag `{flag}` stands twice", "write it once")


def read_number(written: str) -> tuple[int, tuple[Flaw, ...]]:
    """A decimal in millionths."""
    found = _DECIMAL.fullmatch(written)
    if found is None:
        return 0, (Flaw(f"`{written}` is not a number", "write `_` only between two digits, as in `10_000`"),)
    sign, whole, fraction = found[1], found[2].replace("_", ""), found[3] or ""
    if len(fraction) > 6:
        return 0, (Flaw(f"`{written}` has more than six decimal places", "numbers are exact to a millionth"),)
    if len(whole) > 20 or int(whole + fraction.ljust(6, "0")) > LARGEST:
        return 0, (Flaw(f"`{_shortened(written)}` is too large", "numbers go up to 9_223_372_036_854"),)
    magnitude = int(whole + fraction.ljust(6, "0"))
    return (-magnitude if sign else magnitude), ()


def _shortened(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"


def read_date(written: str) -> tuple[int, tuple[Flaw, ...]]:
    """A calendar day in days since 1970-01-01."""
    try:
        return date.fromisoformat(written).toordinal() - _EPOCH_DAY, ()
    except ValueError:
        return 0, (Flaw(f"there is no day `{written}`", "a date is written year-month-day, as in `2026-03-01`"),)


def read_time(written: str) -> tuple[int, tuple[Flaw, ...]]:
    """An instant of RFC 3339 in microseconds since 1970-01-01T00:00Z."""
    example = "write a time as `2026-04-01T09:00:00Z` or `2026-04-01T09:00:00+02:00`"
    found = _RFC_3339.fullmatch(written)
    if found is None:
        return 0, (Flaw(f"`{written}` is not a time", example),)
    if not found[2]:
        return 0, (Flaw(f"`{written}` does not say its offset from UTC", example),)
    try:
        return (datetime.fromisoformat(written) - _EPOCH) // timedelta(microseconds=1), ()
    except (ValueError, OverflowError):
        return 0, (Flaw(f"there is no time `{written}`", example),)


def read_duration(count: int, unit: str) -> tuple[syntax.Duration, tuple[Flaw, ...]]:
    """A count in millionths, and a unit in singular or plural."""
    unit = unit.removesuffix("s")
    flaws = tuple(_duration_flaws(count, unit))
    whole = 1 if flaws else count // 1_000_000
    return syntax.Duration(whole, "day" if unit in _NO_LENGTH else unit), flaws


def _duration_flaws(count: int, unit: str) -> Iterator[Flaw]:
    if unit in _NO_LENGTH:
        yield Flaw(
            f"a {unit} has no fixed length",
            f"write the length in days, as in `{_NO_LENGTH[unit]}`, or use the window `per calendar {unit}`",
        )
    elif count <= 0:
        yield Flaw("a duration must be longer than zero")
    elif count % 1_000_000:
        yield Flaw("a duration needs a whole number", "use a smaller unit, as in `90 minutes` for 1.5 hours")
    elif count // 1_000_000 * syntax.MICROSECONDS[unit] > LARGEST:
        yield Flaw("this duration is too long", "durations go up to some 292_000 years")
