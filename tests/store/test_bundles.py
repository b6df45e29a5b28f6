"""Bundles are the same bytes, verify offline, and show every flipped byte and every change of what they hold."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from plainterms.engine.audit import audit
from plainterms.engine.findings import Finding
from plainterms.engine.store.bundles import bundle
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.keys import Keys
from plainterms.engine.store.saving import save
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Document, Log, Organisation, Review
from plainterms.engine.store.verifying_bundles import verify_bundle
from plainterms.engine.store.zips import BundleError, packed, unpacked
from tests.matching.test_audit import written as matching
from tests.store.audits import written
from tests.store.mutations import flipped, mutated


class Case:
    """A store in SQLite with one audit, and a finding of it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(str(folder / "cases.db"))
        self.acme: Organisation = self.store.found("=Acme <b>", "test", texts="all")
        request = replace(written(folder / "a"), excerpt=1_000)
        self.report = audit(request)
        save(self.report, request, self.store, self.acme, "test")
        self.finding: Finding = next(one for one in self.report.result.findings if one.subject.name == "ann")

    def bundle(self, **options: Any) -> bytes:
        return bundle(self.store, self.acme, self.finding.id, **options)

    def checkpoint(self) -> str:
        with self.store.reading(self.acme.id) as session:
            return session.get_one(Log, self.acme.id).checkpoint

    def grow(self) -> None:
        with self.store.writing(self.acme.id, "test") as session:
            session.add(Document(organisation=self.acme.id, title=f"Terms after {self.checkpoint()[:60]!r}"))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("case"))


def test_a_bundle_is_the_same_bytes_and_verifies(case: Case) -> None:
    made = case.bundle()
    assert made == case.bundle()
    found = verify_bundle(made)
    assert (found.finding, found.organisation, found.redacted, found.compared) == (
        case.finding.id,
        "=Acme <b>",
        False,
        False,
    )
    files = unpacked(made)
    assert orjson.loads(files["finding.json"])["subject"] == {"kind": "account", "name": "ann"}
    assert orjson.loads(files["events.json"]) == list(case.finding.events)
    (terms,) = (content for name, content in files.items() if name.endswith("/house.terms"))
    assert b'clause rate "Rate limit"' in terms
    page = files["report.html"].decode()
    for words in ("load tests", "no more than 60 requests in a minute", "=cmd() of ann", "r0-ann", "did not apply"):
        assert words in page
    assert "<script" not in page
    assert case.finding.id in files["certification.txt"].decode()


def test_a_redacted_bundle_holds_digests_instead_of_texts(case: Case) -> None:
    whole, redacted = unpacked(case.bundle()), unpacked(case.bundle(redacted=True))
    assert verify_bundle(packed(redacted)).redacted
    everything = b"".join(redacted.values())
    for words in (b"ann", b"r0-ann", b"=cmd() of"):
        assert words in b"".join(whole.values())
        assert words not in everything.replace(b"cannot", b"")
    seals = [
        [one["plain"].get("sealed") for one in orjson.loads(files["records.json"])] for files in (whole, redacted)
    ]
    assert seals[0] == seals[1]


def test_every_flipped_bit_of_every_byte_is_found(case: Case) -> None:
    """One bit of each byte, another at each place."""
    made = case.bundle(redacted=True)
    for place in range(len(made)):
        with pytest.raises(BundleError):
            verify_bundle(flipped(made, place))


def test_random_mutations_are_found(case: Case) -> None:
    made = case.bundle()
    for seed in range(2_000):
        with pytest.raises(BundleError):
            verify_bundle(mutated(made, seed))


def resigned(case: Case, change: Callable[[dict[str, bytes]], None], keys: Keys | None = None) -> bytes:
    """A bundle that was changed by somebody who can write bundles anew, and even sign their manifest."""
    from hashlib import sha256

    from plainterms.engine.store.bundles import signed_text

    files = unpacked(case.bundle())
    change(files)
    manifest = orjson.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in files.items()
        if not name.startswith("manifest")
    }
    files["manifest.json"] = orjson.dumps(manifest)
    signer = (keys or case.store.keys).signer(case.acme.id)
    files["manifest.note"] = signer.signed(signed_text(case.acme.id, files["manifest.json"])).encode()
    return packed(files)


def records(change: Callable[[list[dict[str, Any]]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(files: dict[str, bytes]) -> None:
        read = orjson.loads(files["records.json"])
        change(read)
        files["records.json"] = orjson.dumps(read)

    return changed


def exchange(read: list[dict[str, Any]]) -> None:
    read[1]["entry"], read[2]["entry"] = read[2]["entry"], read[1]["entry"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            records(lambda read: read[1]["plain"].update(severity="high")),
            r"the row \w+ of findings is not as its entry",
        ),
        (records(lambda read: read[1]["erasable"].update(subject="bob")), "seals is not what was sealed"),
        (records(lambda read: read[1].update(number=0)), "is not as its entry says"),
        (
            records(lambda read: read[1].update(proof=read[1]["proof"][1:])),
            "is not in the log that the checkpoint signs",
        ),
        (
            records(lambda read: read[1].update(entry=read[1]["entry"].replace("insert", "change"))),
            "is not in the log",
        ),
        (records(exchange), "its entry is about another row"),
        (lambda files: files.update({"finding.json": b"{}\n"}), "the finding is not the one in the records"),
        (lambda files: files.update({"terms/more.terms": b""}), "the terms are not those in the records"),
        (lambda files: files.pop("records.json"), "the bundle is damaged: KeyError: 'records.json'"),
    ],
)
def test_what_does_not_stand_in_the_log_is_found_even_if_signed(
    case: Case, change: Callable[[dict[str, bytes]], None], message: str
) -> None:
    with pytest.raises(BundleError, match=message):
        verify_bundle(resigned(case, change))


def test_another_signer_is_found(case: Case) -> None:
    with pytest.raises(BundleError, match=r"^the bundle is damaged: the note is not signed by the key plainterms/"):
        verify_bundle(resigned(case, lambda files: None, Keys(bytes(32), bytes(32))))  # noqa: ARG005


def test_a_checkpoint_held_elsewhere_is_compared(case: Case) -> None:
    before = case.checkpoint()
    assert verify_bundle(case.bundle(), before).compared
    case.grow()
    with pytest.raises(
        BundleError, match=r"^the bundle has no proof for a checkpoint of \d+ entries; ask for one made"
    ):
        verify_bundle(case.bundle(), before)
    grown = case.bundle(held=before)
    assert verify_bundle(grown, before).compared
    case.grow()
    with pytest.raises(BundleError, match="later than the bundle's"):
        verify_bundle(grown, case.checkpoint())


def test_a_log_that_was_rewritten_and_signed_anew_is_found(tmp_path: Path) -> None:
    """The holder of the key begins the same log once more and tells another story."""
    case = Case(tmp_path / "x") if (tmp_path / "x").mkdir() is None else None
    assert case is not None
    signer = case.store.keys.signer(case.acme.id)
    size = int(case.checkpoint().split("\n")[1])
    from plainterms.engine.store.notes import Checkpoint

    for other in (size, size - 1):
        held = signer.signed(str(Checkpoint(signer.name, other, bytes(32))))
        with pytest.raises(BundleError, match=r"^the log was rewritten: "):
            verify_bundle(case.bundle(held=held), held)


def test_reviews_are_in_the_bundle(case: Case) -> None:
    with case.store.writing(case.acme.id, "person:r") as session:
        session.add(
            Review(
                organisation=case.acme.id,
                finding=case.finding.id,
                number=1,
                action="comment",
                by="person:r",
                note="<i>seen</i>",
            )
        )
    assert "&lt;i&gt;seen&lt;/i&gt;" in unpacked(case.bundle())["report.html"].decode()
    verify_bundle(case.bundle())


@pytest.mark.parametrize(
    ("beginning", "message"),
    [("ff00ff", "no finding in the store has an id that begins with `ff00ff`"), ("", "several findings have an id")],
)
def test_findings_that_are_not_one(case: Case, beginning: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        bundle(case.store, case.acme, beginning)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", packed({}), packed({"key": b"x"})])
def test_what_is_no_bundle(data: bytes) -> None:
    with pytest.raises(BundleError, match=r"^the bundle is damaged: "):
        verify_bundle(data)


def test_matched_texts_stand_beside_their_calibration_and_what_explains_them(tmp_path: Path) -> None:
    """Of 24 matches 8 are set aside, as a public text says the same; the bundle shows all."""
    request = replace(matching(tmp_path, set(range(24)), "at least 5 requests", 100), exhibits=True)
    file = request.samples["suspect"]
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    for line in lines[1:9]:
        line |= {"account": "ann", "reasons": [["public", "page 7"]]}
    file.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    with Store.open(str(tmp_path / "cases.db")) as store:
        acme = store.found("Acme", "test")
        report = audit(request)
        save(report, request, store, acme, "test")
        (found,) = report.result.findings
        made = bundle(store, acme, found.id)
    verify_bundle(made)
    files = unpacked(made)
    pairs = orjson.loads(files["pairs.json"])["suspect"]
    assert [row["reasons"] for row in pairs] == [[["a public text says the same", "page 7"]]] * 8 + [[]] * 16
    assert found.chances[0].matched == 16
    page = files["report.html"].decode()
    assert "16 of 40 outputs match" in page
    assert "Innocent explanations looked for, samples “suspect”" in page
    assert "the sample is older than our output" in page
    assert found.chances[0].calibration in page
    assert "Calibration of samples “suspect”" in page
    assert f"--samples suspect={file}" in files["README.txt"].decode()
