"""Whether the inputs of an audit are still what it read, so that what is said of them is said of its findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plainterms.engine.audit import Inputs, Request, tables_of
from plainterms.engine.inputs import digest_of_file, is_read_once
from plainterms.engine.sources.files import STDIN, expand
from plainterms.policy.errors import PlainTermsError

AGAIN = "run the audit again"
DESCRIPTORS = "/dev/fd/"
"""Where a shell keeps the pipes of `<(…)`."""


class ChangedError(PlainTermsError):
    """An input of an audit is not what it was, or cannot be read a second time."""


@dataclass(frozen=True)
class Kept:
    """An audit as its folder tells of it: what was asked, and the SHA-256 of all that was read.

    ``files`` are by absolute path (standard input is `-`), ``terms`` in the order of the request.
    """

    request: Request
    files: Mapping[str, str]
    terms: tuple[str, ...]


def require_files(request: Request) -> None:
    """Raises ChangedError for a pipe; standard input may be given again."""
    for name in _paths(request):
        if name != STDIN and (name.startswith(DESCRIPTORS) or is_read_once(name)):
            raise ChangedError(
                f"the audit read the pipe {name}, which cannot be read again; audit a file to have findings explained"
            )


def _paths(request: Request) -> Iterator[str]:
    yield from map(str, request.terms)
    yield from request.logs
    yield from map(str, tables_of(request))
    if request.mapping is not None:
        yield str(request.mapping)


def require_unchanged(kept: Kept, inputs: Inputs) -> None:
    """Raises ChangedError for the first input that is not what the audit read."""
    for path, policy, digest in zip(kept.request.terms, inputs.plan.policies, kept.terms, strict=True):
        if policy.digest != digest:
            raise ChangedError(f"{path}, or a file that it uses, has changed since the audit; {AGAIN}")
    names = expand([name for name in _paths(kept.request) if name not in map(str, kept.request.terms)])
    for name in names:
        _require(name, kept, digest_of_file(inputs.copies.get(name, name)))
    for name in kept.files:
        if name not in names:
            raise ChangedError(f"{name}, which the audit read, is not there any more; {AGAIN}")


def _require(name: str, kept: Kept, digest: str) -> None:
    if name not in kept.files:
        raise ChangedError(f"{name} was not there at the time of the audit; {AGAIN}")
    if digest == kept.files[name]:
        return
    if name == STDIN:
        raise ChangedError(
            "standard input does not hold what the audit read from it, which cannot be read again; give the same log,"
            " as in `plainterms explain … < log`"
        )
    raise ChangedError(f"{name} has changed since the audit; {AGAIN}")
