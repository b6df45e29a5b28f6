"""Lists of texts as single texts, so that they can be numbered, and back."""

import pyarrow as pa
import pyarrow.compute as pc

ESCAPE, END = "\\", "\n"


def joined(lists: pa.Array) -> pa.Array:
    """Each list as one text, different for different lists: every item ends in a line break."""
    items = pc.replace_substring(pc.replace_substring(lists.flatten(), ESCAPE, ESCAPE * 2), END, ESCAPE + "n")
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array([0, *lengths.cumsum().tolist()], pa.int32())
    texts = pa.ListArray.from_arrays(offsets, pc.binary_join_element_wise(items, "", END))
    return pc.if_else(lists.is_null(), pa.scalar(None, pa.string()), pc.binary_join(texts, ""))


def parted(texts: pa.Array) -> pa.Array:
    """The lists that `joined` made texts of."""
    values = [None if text is None else _items(text) for text in texts.to_pylist()]
    return pa.array(values, pa.list_(pa.string()))


def _items(text: str) -> list[str]:
    return [_unescaped(item) for item in text.split(END)[:-1]]


def _unescaped(item: str) -> str:
    return ESCAPE.join(part.replace(ESCAPE + "n", END) for part in item.split(ESCAPE * 2))
