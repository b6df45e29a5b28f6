"""Remembers what was worked out last, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

LEAST = 2
"""So many are kept although there is no room: much is worked out of two things in turn."""

HUGE = 2**27
"""Bytes beyond which nothing is kept: it is made again where it is asked for again."""


class Recent(Generic[T]):
    """Results by key; those not used for longest are forgotten, but never the two that were used last.

    Threads may share it; of several that ask for the same at once, one works it out and the others wait for it.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room = room
        self._size = size
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._taken = 0
        self._coming: dict[Hashable, Future[T]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result for the key, made if it is not remembered."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            coming = self._coming.get(key)
            if coming is None:
                own = self._coming[key] = Future[T]()
        if coming is not None:
            return coming.result()
        try:
            own.set_result(make())
        except BaseException as error:  # noqa: BLE001 - raised below, here and where it is waited for
            own.set_exception(error)
        with self._lock:
            del self._coming[key]
            if own.exception() is None:
                self._remember(key, own.result())
        return own.result()

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._taken = 0

    def _remember(self, key: Hashable, made: T) -> None:
        if self._size(made) > HUGE:
            return
        self._held[key] = made
        self._taken += self._size(made)
        while self._taken > self._room and len(self._held) > LEAST:
            _, forgotten = self._held.popitem(last=False)
            self._taken -= self._size(forgotten)
