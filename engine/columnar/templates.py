"""Templates of whole columns: the function of `engine.templates`, for many texts at once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.templates import ENOUGH, KEPT, MASK, MASKED, QUOTES, READ, SPACES

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

SPACE, FIRST_BREAK, LAST_BREAK, VERTICAL_TAB = b" \t\r\v"
"""White space of RE2: a space, and all from the tab to the carriage return but the vertical tab."""

ASCII = 128


def template_column(texts: pa.Array) -> pa.Array:
    """The template of each text of a string column; missing where the text is, or has none."""
    read = _beginnings(texts, READ)
    found = _masked(read)
    few = pc.invert(pc.match_substring_regex(found, ENOUGH))
    if not pc.any(few, min_count=0).as_py():
        return found
    again = _masked(pc.ascii_lower(pc.replace_substring_regex(read.filter(few), QUOTES, "")))
    enough = pc.match_substring_regex(again, ENOUGH)
    return pc.replace_with_mask(found, few, pc.if_else(enough, again, pa.scalar(None, again.type)))


def _masked(texts: pa.Array) -> pa.Array:
    kept = pc.ascii_lower(_beginnings(pc.replace_substring_regex(texts, MASKED, MASK), KEPT))
    uneven = _uneven(kept)
    if uneven.any():
        places = pa.array(uneven)
        evened = pc.replace_substring_regex(kept.filter(places), SPACES, " ")
        kept = pc.replace_with_mask(kept, places, evened)
    return pc.ascii_trim(kept, " ")


def _beginnings(texts: pa.Array, characters: int) -> pa.Array:
    """The first characters of each text; where all are of ASCII, they are its first bytes."""
    data, ends = _bytes(texts)
    if np.diff(ends).max(initial=0) <= characters:
        return texts
    if data.max(initial=0) >= ASCII or not pa.types.is_string(texts.type):
        return pc.utf8_slice_codeunits(texts, 0, characters)
    return pc.binary_slice(texts.view(pa.binary()), 0, characters).view(pa.string())


def _uneven(texts: pa.Array) -> Bools:
    """Texts in which white space is perhaps not just single spaces."""
    data, ends = _bytes(texts)
    breaks = (data - np.uint8(FIRST_BREAK) <= LAST_BREAK - FIRST_BREAK) & (data != VERTICAL_TAB)
    space = data == SPACE
    breaks[1:] |= space[1:] & space[:-1]
    found = np.zeros(len(texts), np.bool_)
    found[np.searchsorted(ends, np.flatnonzero(breaks), "right") - 1] = True
    return found


def _bytes(texts: pa.Array) -> tuple[Bytes, NDArray[np.integer]]:
    """The bytes of all texts, and where each begins, last where all end."""
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if len(texts) == 0 or offsets is None or data is None:
        return np.empty(0, np.uint8), np.zeros(len(texts) + 1, kind)
    ends = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]
