"""What one character counts as when texts are compared: letters and digits, a gap between words, or nothing."""

import unicodedata

GAP = " "

IGNORABLE = frozenset(
    {
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE1000),
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
    }
)
"""Characters that show nothing although their category is not `Cf` (Unicode's Default_Ignorable_Code_Point)."""

JOINING = frozenset("'’‘ʼ`*_~")
"""Marks inside words and marks of emphasis: with or without them a word is the same.

An acute that stands alone is none of them, for normal forms of compatibility make a space of it.
"""

_ALIKE = {
    "a": "аαɑ",
    "b": "вβ",
    "c": "сϲⅽ",
    "d": "ԁɗ",
    "e": "еεҽ",
    "f": "ϝ",
    "g": "ɡց",
    "h": "нһη",
    "i": "іιıɩӏⲓ",
    "j": "јϳ",
    "k": "кκ",
    "l": "ⅼӀ",
    "m": "мⅿ",
    "n": "ոո",
    "o": "оοօσⲟ",
    "p": "рρⲣ",
    "q": "ԛգ",
    "r": "гᴦⲅ",
    "s": "ѕꜱ",
    "t": "тτ",
    "u": "υսʋ",
    "v": "νѵ",
    "w": "ԝωѡա",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
}
LOOKALIKE = str.maketrans({other: letter for letter, others in _ALIKE.items() for other in others})
"""Letters of other scripts, after case folding, that look like a Latin one (after Unicode's confusables).

Text in those scripts is folded alike on both sides, so that nothing but a rare distinction is lost.
"""

SCRIPTS_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Ranges (inclusive) in which each character counts as a word of its own."""


def folded(character: str) -> str:
    """The letters and digits a character counts as, lower case, without marks; gaps are spaces; "" joins.

    Compatibility decomposition, so that composed and decomposed texts are the same; marks that combine are left out.
    """
    plain = _bare(_bare(character).casefold())
    return "".join(_kept(one) for one in plain.translate(LOOKALIKE))


def _bare(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character in JOINING or ord(character) in IGNORABLE:
        return ""
    return character if category[0] in "LNM" else GAP
