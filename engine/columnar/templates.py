"""Templates of whole columns: the function of `engine.templates`, for many texts at once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.columnar.digests import digests
from plainterms.engine.templates import BEGINNING, ENOUGH, LONGEST, MASK, MASKED, READ, SPACES

HEX = np.frombuffer(b"".join(b"%02x" % value for value in range(256)), np.uint16)


def template_column(texts: pa.Array) -> pa.Array:
    """The template of each text of a string column; missing where the text is, or has none."""
    longest = pc.max(pc.binary_length(texts)).as_py()
    read = pc.utf8_slice_codeunits(texts, 0, READ) if longest is not None and longest > READ else texts
    masked = _masked(read)
    few = pc.invert(pc.match_substring_regex(masked, ENOUGH))
    if not pc.any(few, min_count=0).as_py():
        return _shortened(masked)
    again = _masked(pc.ascii_lower(read.filter(few)))
    enough = pc.match_substring_regex(again, ENOUGH)
    return _shortened(pc.replace_with_mask(masked, few, pc.if_else(enough, again, pa.scalar(None, again.type))))


def _masked(texts: pa.Array) -> pa.Array:
    lowered = pc.ascii_lower(pc.replace_substring_regex(texts, MASKED, MASK))
    uneven = pc.match_substring_regex(lowered, SPACES)
    evened = pc.replace_substring_regex(lowered.filter(uneven), SPACES, " ")
    return pc.ascii_trim(pc.replace_with_mask(lowered, uneven, evened), " ")


def _shortened(masked: pa.Array) -> pa.Array:
    long = pc.greater(pc.utf8_length(masked), LONGEST)
    whole = masked.filter(long)
    beginnings = pc.utf8_slice_codeunits(whole, 0, BEGINNING)
    short = pc.binary_join_element_wise(beginnings, _hex(whole), pa.scalar("…", whole.type))
    return pc.replace_with_mask(masked, long, short)


def _hex(texts: pa.Array) -> pa.Array:
    """The digests of texts as sixteen digits."""
    digits = HEX[digests(texts).byteswap().view(np.uint8)]
    offsets = np.arange(len(texts) + 1, dtype=np.int32) * 16
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(digits)).cast(texts.type)
