"""Gives memory that is free back to the system: after a scan much of it is, in pieces that allocators hold on to."""

import ctypes
import os

import pyarrow as pa


def give_back() -> None:
    """Ask Arrow's allocator and, where it can be asked, that of C."""
    pa.default_memory_pool().release_unused()
    if os.name == "posix" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
