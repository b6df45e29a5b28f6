"""Zip files that are the same bytes for the same contents, and are read back only if they are those bytes."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from plainterms.engine.store.errors import StoreError

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of every file: the earliest that the format has."""
UNIX, READABLE = 3, 0o100644 << 16


class BundleError(StoreError):
    """A bundle that is damaged, or was not written by us."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files in their order, stored as they are, without dates."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, content in files.items():
            info = ZipInfo(name, BEGINNING)
            info.create_system, info.external_attr = UNIX, READABLE
            archive.writestr(info, content)
    return written.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of what `packed` wrote. Raises BundleError for any other bytes."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            if any(info.compress_type != ZIP_STORED for info in archive.infolist()):
                raise BundleError("the bundle is damaged: something in it is compressed, which no bundle is")
            files = {info.filename: archive.read(info) for info in archive.infolist()}
    except (
        BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
        struct.error,
        zlib.error,
    ) as error:
        raise BundleError(f"the bundle is damaged: {error}") from error
    try:
        same = packed(files) == data
    except (ValueError, struct.error) as error:
        raise BundleError(f"the bundle is damaged: {error}") from error
    if not same:
        raise BundleError("the bundle is damaged: it is not written as bundles are")
    return files
