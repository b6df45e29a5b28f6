"""Cases of several files: the document first, then others after lines of `+++ NAME`."""

import re

from plainterms.policy.check import check_collecting
from plainterms.policy.errors import TermsErrors
from plainterms.policy.files import Texts
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse_collecting
from plainterms.policy.syntax import Document

_OTHER_FILE = re.compile(r"^\+\+\+ (.+)\n", re.MULTILINE)


def checked(given: str) -> tuple[Document, Policy]:
    """The document `acme.terms` of a case; raises `TermsErrors` with all mistakes in its files."""
    text, *others = _OTHER_FILE.split(given)
    files = {name: body.strip("\n") + "\n" for name, body in zip(others[::2], others[1::2], strict=True)}
    document, problems = parse_collecting(text.strip("\n"), "acme.terms")
    policy, more = check_collecting(document, Texts(files))
    if problems or more:
        raise TermsErrors([*problems, *more])
    return document, policy
