"""A document on disk, read, parsed and checked."""

import os
from pathlib import Path

from plainterms.policy.check import check_collecting
from plainterms.policy.errors import Problem, TermsErrors
from plainterms.policy.files import Folder, read_text
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse_collecting
from plainterms.policy.syntax import Document


def load(path: str | os.PathLike[str], *roots: str | os.PathLike[str]) -> Policy:
    """The checked document at ``path``.

    It may name files in its own folder, below it, and in the ``roots``. Raises `TermsErrors` with every mistake, of
    spelling and of sense, in the document and in those files, and `Unreadable` where the document cannot be read.
    """
    _, policy, problems = load_collecting(path, *roots)
    if problems:
        raise TermsErrors(problems)
    return policy


def load_collecting(
    path: str | os.PathLike[str], *roots: str | os.PathLike[str]
) -> tuple[Document, Policy, list[Problem]]:
    """The tree of the document at ``path``, the meaning of what is sound in it, and all that is wrong."""
    file = os.fspath(path)
    document, problems = parse_collecting(read_text(file), file)
    policy, more = check_collecting(document, Folder(Path(file).resolve().parent, *roots))
    return document, policy, [*problems, *more]
