"""Templates of whole columns: the function of `engine.templates`, for many texts at once."""

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.templates import ENOUGH, KEPT, MASK, MASKED, QUOTES, READ, SPACES


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
    uneven = pc.match_substring_regex(kept, SPACES)
    evened = pc.replace_substring_regex(kept.filter(uneven), SPACES, " ")
    return pc.ascii_trim(pc.replace_with_mask(kept, uneven, evened), " ")


def _beginnings(texts: pa.Array, characters: int) -> pa.Array:
    longest = pc.max(pc.binary_length(texts)).as_py()
    return pc.utf8_slice_codeunits(texts, 0, characters) if longest is not None and longest > characters else texts
