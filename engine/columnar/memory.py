"""Gives memory that is free back to the system: after a scan much of it is, in pieces that allocators hold on to."""

import ctypes
import os

import pyarrow as pa

MANY = 2**20


def give_back(events: int) -> None:
    """Ask Arrow's allocator and, where it can be asked, that of C; after few events it is not worth the time."""
    if events < MANY:
        return
    pa.default_memory_pool().release_unused()
    if os.name == "posix" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
