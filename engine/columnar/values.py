"""The different values of a field, by their numbers: fetched when asked for, as there may be millions of texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.lists import parted

PORTION = 2**17
"""How many values are fetched at a time where all are."""


class Values(Protocol):
    """Values by number."""

    def __len__(self) -> int: ...

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the values."""


@dataclass(frozen=True)
class Held:
    """Values in memory."""

    array: pa.Array

    def __len__(self) -> int:
        return len(self.array)

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the values."""
        return self.array.take(pa.array(places))


@dataclass(frozen=True)
class Lists:
    """Lists that are kept as texts."""

    texts: Values

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the lists."""
        return parted(self.texts.take(places))


def whole(values: Values) -> pa.Array:
    """All values, in memory."""
    return values.array if isinstance(values, Held) else values.take(np.arange(len(values)))


def portions(values: Values) -> Iterator[pa.Array]:
    """All values, a portion at a time."""
    for start in range(0, len(values), PORTION):
        yield values.take(np.arange(start, min(start + PORTION, len(values))))


class ValueList(Sequence[Any]):
    """Values as Python holds them, see `schema.Type`; made one by one."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        return self.take(np.array([place]))[0]

    def __iter__(self) -> Iterator[Any]:
        for portion in portions(self._values):
            yield from held(portion)

    def take(self, places: NDArray[np.integer]) -> list[Any]:
        """Some of the values."""
        return held(self._values.take(places))


def held(array: pa.Array) -> list[Any]:
    """An array's values as Python holds them: lists as tuples."""
    values: list[Any] = array.to_pylist()
    if pa.types.is_list(array.type):
        return [None if value is None else tuple(value) for value in values]
    return values
