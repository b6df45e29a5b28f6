"""Threads that take turns often: beside one that makes values in Python, another's short array operations get on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 0.000_5


@contextmanager
def quick_turns() -> Iterator[None]:
    """Within it threads of the interpreter wait for each other for half a millisecond at most, not for five."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(SECONDS, before))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
