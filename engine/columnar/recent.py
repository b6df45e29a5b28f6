"""Remembers what was worked out last, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Results by key; those not used for longest are forgotten. One that is too large alone is kept alone.

    Threads may share it; two that ask for the same at once may both work it out.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room = room
        self._size = size
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._taken = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result for the key, made if it is not remembered."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            self._remember(key, made)
        return made

    def _remember(self, key: Hashable, made: T) -> None:
        if key in self._held:
            return
        self._held[key] = made
        self._taken += self._size(made)
        while self._taken > self._room and len(self._held) > 1:
            _, forgotten = self._held.popitem(last=False)
            self._taken -= self._size(forgotten)
