"""What a command prints on, and what happens when whoever reads it goes away."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Paper(Console):
    """Standard output. A reader that goes away, as `head` does, raises BrokenPipeError and decides no exit code."""

    def __init__(self, *, soft_wrap: bool = False) -> None:
        super().__init__(highlight=False, soft_wrap=soft_wrap)

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles the error, which goes on to `unheard`."""
        self.quiet = True
        raise BrokenPipeError


@contextmanager
def unheard() -> Iterator[None]:
    """What is printed inside may be read in part or not at all; the exit code says the same either way."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard()


def discard() -> None:
    """Let go of what standard output still holds and cannot take."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
