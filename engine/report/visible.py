"""Texts from logs, made safe to show: nothing in them can hide, move or reorder what stands around them."""

import unicodedata

_MARKS = 3
"""Combining marks that may follow one another; more would be drawn over the neighbouring lines."""

_JOINERS = "\u200c\u200d"
"""Written inside words of Persian, Hindi and others, and inside emoji; in a name they could hide a difference."""


_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Fillers and selectors that count as letters or marks and show nothing."""


def visible(text: str) -> str:
    """The text on one line, each control, direction override and invisible character spelled out as [U+202E]."""
    if text.isascii() and text.isprintable():
        return text
    return _spelled(text, kept="")


def visible_lines(text: str) -> str:
    """The same for running text: line breaks and the joiners of words are kept."""
    if text.isascii() and text.isprintable():
        return text
    return _spelled("\n".join(text.splitlines()), kept="\n\ufe0f" + _JOINERS)


def _spelled(text: str, kept: str) -> str:
    shown, marks = [], 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character in kept:
            shown.append(character)
        elif character in "\t\n\r" or category == "Zs":
            shown.append(" ")
        elif category[0] == "C" or category in ("Zl", "Zp") or marks > _MARKS or character in _INVISIBLE:
            shown.append(f"[U+{ord(character):04X}]")
        else:
            shown.append(character)
    return "".join(shown)


def clipped(text: str, length: int) -> str:
    """The text, or its beginning and its end around an ellipsis where it has more than ``length`` characters."""
    if len(text) <= length:
        return text
    head = (length - 1) * 2 // 3
    tail = length - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :]}"
