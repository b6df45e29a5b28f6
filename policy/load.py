"""A document on disk, read, parsed and checked."""

import os
from pathlib import Path

from plainterms.policy.check import check_collecting
from plainterms.policy.errors import Problem, TermsErrors, Unreadable, did_you_mean
from plainterms.policy.files import Folder, read_text
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse_collecting
from plainterms.policy.syntax import Document


def load(path: str | os.PathLike[str], *roots: str | os.PathLike[str]) -> Policy:
    """The checked document at ``path``.

    It may name files in its own folder, below it, and in the ``roots``. Raises `TermsErrors` with every mistake, of
    spelling and of sense, in the document and in those files, and `Unreadable` where the document cannot be read.
    """
    return load_document(path, *roots)[1]


def load_collecting(
    path: str | os.PathLike[str], *roots: str | os.PathLike[str]
) -> tuple[Document, Policy, list[Problem]]:
    """The tree of the document at ``path``, the meaning of what is sound in it, and all that is wrong."""
    file = os.fspath(path)
    try:
        text = read_text(file)
    except Unreadable as error:
        near = error.help or did_you_mean(Path(file).name, error.names)
        raise Unreadable(f"`{file}` {error.reason}", near, error.names) from None
    return _collected(text, file, *roots)


def _collected(text: str, file: str, *roots: str | os.PathLike[str]) -> tuple[Document, Policy, list[Problem]]:
    document, problems = parse_collecting(text, file)
    policy, more = check_collecting(document, Folder(Path(file).resolve().parent, *roots))
    return document, policy, [*problems, *more]


def load_document(path: str | os.PathLike[str], *roots: str | os.PathLike[str]) -> tuple[Document, Policy]:
    """The tree and the meaning of the document at ``path``; see `load`."""
    document, policy, problems = load_collecting(path, *roots)
    if problems:
        raise TermsErrors(problems)
    return document, policy


def load_text(text: str, file: str, *roots: str | os.PathLike[str]) -> tuple[Document, Policy]:
    """The tree and the meaning of a document given as a text; ``file`` says where it would lie. See `load`."""
    document, policy, problems = _collected(text, file, *roots)
    if problems:
        raise TermsErrors(problems)
    return document, policy
