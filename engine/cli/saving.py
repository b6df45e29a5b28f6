"""Where `audit --store` puts an audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from plainterms.engine.audit import Request
from plainterms.engine.cli.app import complain
from plainterms.engine.report.model import Report
from plainterms.policy.errors import PlainTermsError

if TYPE_CHECKING:
    from plainterms.engine.store.store import Store
    from plainterms.engine.store.tables import Organisation

DEFAULT = "default"
"""The organisation that is made where a store has none and none is named."""


@dataclass(frozen=True)
class Nowhere:
    """An audit that is not saved."""

    request: Request

    def save(self, report: Report, outcome: int) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Destination:
    """A store, and the audit to run so that it can be saved there."""

    request: Request
    store: "Store"
    organisation: "Organisation"

    def save(self, report: Report, outcome: int) -> None:
        """Save the report, and say on standard error what came of it."""
        from plainterms.engine.store.saving import save

        found = save(report, self.request, self.store, self.organisation, "audit", outcome=outcome)
        told = [f"{found.new:,} new", f"{found.changed:,} changed", f"{found.same + found.before:,} as they were"]
        told += [f"{found.erased:,} erased before and left so"] * bool(found.erased)
        complain(f"saved as run {found.run} of {self.organisation.name}: findings {', '.join(told)}")


@contextmanager
def destination(
    url: str | None, name: str | None, keys: Path | None, request: Request
) -> Iterator[Nowhere | Destination]:
    """Where an audit goes. Raises PlainTermsError where it cannot be kept as asked."""
    if url is None:
        if name is not None or keys is not None:
            raise PlainTermsError("--organisation and --keys belong to a store; name it with --store")
        yield Nowhere(request)
        return
    if request.excerpt:
        raise PlainTermsError(
            "--excerpt cannot be given with --store: how much of texts is kept is a setting of the organisation, see"
            " `plainterms store create --help`"
        )
    from plainterms.engine.cli.storing import require_store, whose

    require_store()
    from plainterms.engine.store.saving import excerpt_for, require_kept
    from plainterms.engine.store.store import Store

    require_kept(request)
    with Store.open(url, keys=keys) as store:
        if name is None and not store.organisations():
            store.found(DEFAULT, "audit")
        own = whose(store, name)
        yield Destination(replace(request, exhibits=True, excerpt=excerpt_for(own)), store, own)
