"""A copied document lies with all that it uses, checks where it lies, and means the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from plainterms.policy.errors import PlainTermsError
from plainterms.policy.load import load
from plainterms.rules import catalogue, copying
from plainterms.rules.catalogue import entry, names
from plainterms.rules.copying import copy


@pytest.mark.parametrize("name", names())
def test_a_copy_means_the_same(name: str, tmp_path: Path) -> None:
    written = copy(name, tmp_path / "terms")
    copied, original = load(written[0]), entry(name).policy
    assert replace(copied, digest="") == replace(original, digest="", brought=copied.brought)
    assert sorted(path.name for path in (tmp_path / "terms").iterdir()) == sorted(path.name for path in written)


def test_files_are_named_after_their_folders(tmp_path: Path) -> None:
    assert [path.name for path in copy("xai/enterprise-terms", tmp_path)] == [
        "xai-enterprise-terms.2026-08-14.terms",
        "common.terms",
        "xai-acceptable-use.2026-08-14.terms",
    ]


def test_lists_from_files_and_definitions_are_copied_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    (library / "signals").mkdir(parents=True)
    (library / "gateways.csv").write_text("address\n192.0.2.1\n")
    (library / "signals" / "fleets.terms").write_text('list gateways from "../gateways.csv" column "address"\n')
    for module in (catalogue, copying):
        monkeypatch.setattr(module, "FOLDER", library)
    written = copy("signals/fleets", tmp_path / "mine")
    assert [path.name for path in written] == ["signals-fleets.terms", "gateways.csv"]
    assert written[0].read_text() == 'list gateways from "gateways.csv" column "address"\n'
    assert catalogue.names() == ()


def test_a_changed_file_is_not_replaced_unless_that_is_asked(tmp_path: Path) -> None:
    first, common = copy("openai/services-agreement", tmp_path)
    original = common.read_text()
    common.write_text("let harvest_bound be 100\n")
    first.unlink()
    with pytest.raises(PlainTermsError) as caught:
        copy("openai/services-agreement", tmp_path)
    assert str(caught.value) == f"{common} is there and differs; choose another folder, or give --force"
    assert not first.exists()
    assert copy("openai/services-agreement", tmp_path, force=True) == [first, common]
    assert common.read_text() == original
    assert copy("openai/services-agreement", tmp_path) == [first, common]


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PlainTermsError) as caught:
        copy("kimi/terms-of-service", tmp_path / "file" / "terms")
    assert str(caught.value) == f"{tmp_path}/file/terms cannot be written: Not a directory"
