"""Truth values of all events, packed: three-valued logic on an eighth of the memory."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Packed = NDArray[np.uint8]


@dataclass(frozen=True)
class Bits:
    """True where ``yes``, false where not ``possible``, else unknown. One array stands for both if all is known."""

    yes: Packed
    possible: Packed

    @property
    def known(self) -> bool:
        """Whether no event's truth is unknown."""
        return self.yes is self.possible

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(self.yes.nbytes) * (1 if self.known else 2)


def pack(yes: Bools | Packed, possible: Bools | Packed | None = None) -> Bits:
    """Pack columns of truth values (or bytes, true where not zero); without ``possible`` all is known."""
    packed = np.packbits(yes, bitorder="little")
    if possible is None:
        return Bits(packed, packed)
    return Bits(packed, np.packbits(possible, bitorder="little"))


def unpack(packed: Packed, count: int) -> Bools:
    """The first ``count`` truth values."""
    return np.unpackbits(packed, count=count, bitorder="little").view(np.bool_)


def constant(value: bool, count: int) -> Bits:
    """The same truth for all events."""
    return pack(np.full(count, value))


def unknown(count: int) -> Bits:
    """Unknown for all events."""
    return pack(np.zeros(count, np.bool_), np.ones(count, np.bool_))


def both(operands: list[Bits], count: int) -> Bits:
    """Kleene's and; of nothing, true."""
    return reduce(_both, operands) if operands else constant(True, count)


def either(operands: list[Bits], count: int) -> Bits:
    """Kleene's or; of nothing, false."""
    return reduce(_either, operands) if operands else constant(False, count)


def opposite(operand: Bits) -> Bits:
    """Kleene's not."""
    no = ~operand.yes
    return Bits(no, no) if operand.known else Bits(~operand.possible, no)


def _both(left: Bits, right: Bits) -> Bits:
    yes = left.yes & right.yes
    return Bits(yes, yes if left.known and right.known else left.possible & right.possible)


def _either(left: Bits, right: Bits) -> Bits:
    yes = left.yes | right.yes
    return Bits(yes, yes if left.known and right.known else left.possible | right.possible)


def joined(parts: list[Bits]) -> Bits:
    """Truth values of consecutive events; all parts but the last are of whole bytes."""
    yes = np.concatenate([part.yes for part in parts]) if parts else np.empty(0, np.uint8)
    if all(part.known for part in parts):
        return Bits(yes, yes)
    return Bits(yes, np.concatenate([part.possible for part in parts]))
