"""Where a document finds the files that it names: a folder on disk, or texts held in memory."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Protocol

from plainterms.policy.errors import Unreadable

LARGEST_READ = 64 * 1_048_576
"""Bytes of the largest file that is read; a list of values may be longer than a document."""


class Files(Protocol):
    """The files that documents may name in `use`, `incorporates` and `list … from`."""

    def locate(self, name: str, beside: str) -> str:
        """The full name of the file that the document ``beside`` calls ``name``; one file has one full name."""

    def read(self, file: str) -> str:
        """The text of a file by its full name. Raises `Unreadable`, which says why in words."""


class Folder:
    """Files on disk, in the given folders and below them; what lies elsewhere is refused.

    Symbolic links are followed before the place is judged.
    """

    def __init__(self, *roots: str | os.PathLike[str]) -> None:
        self.roots = tuple(dict.fromkeys(Path(root).resolve() for root in roots))

    def locate(self, name: str, beside: str) -> str:
        """The path of the file, relative to the folder of the document that names it."""
        return os.path.normpath(Path(beside).parent / name)

    def read(self, file: str) -> str:
        """The text of a file inside the roots."""
        if not any(Path(file).resolve().is_relative_to(root) for root in self.roots):
            shown = ", ".join(f"`{root}`" for root in self.roots)
            raise Unreadable("lies outside the folders that may be read", f"move it into {shown}, or below")
        return read_text(file)


class Texts:
    """Files held in memory, by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)

    def locate(self, name: str, beside: str) -> str:
        """The name, relative to the folder of the document that names it."""
        return normpath(join(dirname(beside), name))

    def read(self, file: str) -> str:
        """The text held under that name."""
        if file not in self.texts:
            raise Unreadable("does not exist", names=self.names_beside(file))
        return self.texts[file]

    def names_beside(self, file: str) -> Iterable[str]:
        """Names of the files in the same folder."""
        return [name for name in self.texts if dirname(name) == dirname(file)]


def read_text(file: str) -> str:
    """The text of a file on disk, line breaks as `\\n`. Raises `Unreadable`."""
    path = Path(file)
    try:
        if path.stat().st_size > LARGEST_READ:
            raise Unreadable(f"has more than {LARGEST_READ:_} bytes")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
    except FileNotFoundError:
        beside = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
        raise Unreadable("does not exist", names=beside) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"cannot be read: {reason[:1].lower()}{reason[1:]}") from None
