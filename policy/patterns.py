"""Patterns as RE2 understands them, and why it refuses one."""

import re
from functools import lru_cache

import re2

from plainterms.policy.literals import LONGEST_PATTERN
from plainterms.policy.syntax import Pattern, Span

LARGEST_PROGRAM = 1 << 20
"""Bytes that RE2 may use for one pattern."""

_LINEAR = "patterns run in time linear to the text"

_DIALECT = "patterns are written as RE2 reads them"

_REFUSED = (
    (r"\(\?[=!]", "look-ahead is not part of patterns", f"{_LINEAR}; write a second `matches`"),
    (r"\(\?<[=!]", "look-behind is not part of patterns", f"{_LINEAR}; write a second `matches`"),
    (
        r"\\[1-9]|\\k[<{']|\\g[{<\d]|\(\?P=",
        "back-references are not part of patterns",
        f"{_LINEAR} and cannot compare two places of it",
    ),
    (r"\(\?>|[*+?}]\+", "possessive and atomic groups are not part of patterns", f"{_LINEAR} without them"),
    (r"\(\?\(", "conditional groups are not part of patterns", "write one pattern for each case"),
    (r"\(\?#", "comments are not part of patterns", "begin a comment with `#` outside the pattern"),
    (r"\\Z", "`\\Z` is not part of patterns", "write `\\z`"),
    (r"\\u[0-9A-Fa-f]{4}", "`\\u` is not part of patterns", "write the character itself, or `\\x{…}`"),
)

_REASONS = {
    "missing ]": "a `[` in this pattern has no `]`",
    "missing )": "a `(` in this pattern has no `)`",
    "unexpected )": "a `)` in this pattern has no `(`",
    "no argument for repetition operator": "nothing stands before `{}` that it could repeat",
    "bad repetition operator": "`{}` repeats a repetition",
    "invalid repetition size": "`{}` repeats too often",
    "invalid character class range": "`{}` is not a range of characters",
    "invalid escape sequence": "`{}` means nothing in a pattern",
    "invalid perl operator": "`{}` is not part of patterns",
    "invalid named capture group": "`{}` is not the name of a group",
    "trailing \\": "this pattern ends with a lone backslash",
    "pattern too large": "this pattern is too large",
}


def inlined(pattern: Pattern) -> str:
    """The pattern with its flags written into it."""
    flags = "".join(sorted(pattern.flags))
    return f"(?{flags}){pattern.source}" if flags else pattern.source


def flaw_of(pattern: Pattern) -> tuple[str, str, Span] | None:
    """Why a pattern is refused: message, help, and where; None where it is sound."""
    if len(pattern.source) > LONGEST_PATTERN:
        return f"this pattern has more than {LONGEST_PATTERN:_} characters", "divide it with `any of`", pattern.span
    reason = _compiled(inlined(pattern))
    if reason is None:
        return None
    return _refused(pattern) or _reason(pattern, reason)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> str | None:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = LARGEST_PROGRAM
    try:
        re2.compile(source, options)
    except re2.error as error:
        reason = error.args[0]
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return None


def _refused(pattern: Pattern) -> tuple[str, str, Span] | None:
    """A construct of other dialects, outside of escapes and character classes, at its place."""
    plain = re.sub(r"\\\\|\\[(\[*+?}]|\[\^?\]?(?:\\.|[^\]\\])*\]", lambda found: "\0" * len(found[0]), pattern.source)
    for construct, message, help_line in _REFUSED:
        found = re.search(construct, plain)
        if found:
            start = pattern.span.start + 1 + found.start()
            return message, help_line, Span(start, start + len(found[0]))
    return None


def _reason(pattern: Pattern, reason: str) -> tuple[str, str, Span]:
    """What RE2 says, at the piece that it means where that can be told."""
    name, _, piece = reason.partition(": ")
    message = _REASONS[name].format(piece) if name in _REASONS else f"this pattern is refused: {reason}"
    span = pattern.span
    if pattern.source.count(piece) == 1 and piece != pattern.source:
        start = span.start + 1 + pattern.source.index(piece)
        span = Span(start, start + len(piece))
    help_line = "a part is repeated at most 1_000 times" if name == "invalid repetition size" else _DIALECT
    return message, help_line, span
