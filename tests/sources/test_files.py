"""Where logs come from: files, folders, patterns, standard input, compressed or not."""

import gzip
import io
import sys
from pathlib import Path

import orjson
import pytest
import zstandard

from plainterms.engine.sources import FORMATS, Place, Quarantine, SourceError, Tally, read
from plainterms.engine.sources.quarantine import EXCERPT
from plainterms.policy.schema import BUILT_IN

LINE = b'{"id": "%s", "time": "2026-03-01T09:00:00Z"}\n'


def ids(*paths: str) -> list[str]:
    tally = Tally()
    found = [i for b in read(paths, BUILT_IN, tally, Quarantine()) for i in b["id"].to_pylist()]
    assert tally.total.balanced
    return found


def test_gzip_zstd_and_several_members(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(LINE % b"a") + gzip.compress(LINE % b"b"))
    pack = zstandard.ZstdCompressor().compress
    (tmp_path / "b.zst").write_bytes(pack(LINE % b"c") + pack(LINE % b"d"))
    assert ids(str(tmp_path)) == ["a", "b", "c", "d"]


def test_folders_and_patterns_are_sorted_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b/2.jsonl", "b/1.jsonl", "a.jsonl", ".hidden", "b/.cache/x.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(LINE % name.encode())
    assert ids(str(tmp_path)) == ["a.jsonl", "b/1.jsonl", "b/2.jsonl"]
    assert ids(str(tmp_path / "*/*.jsonl"), str(tmp_path / "b")) == ["b/1.jsonl", "b/2.jsonl"]
    assert ids(str(tmp_path / "a.jsonl"), str(tmp_path)) == ["a.jsonl", "b/1.jsonl", "b/2.jsonl"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(LINE % b"a"))))
    assert ids("-") == ["a"]


def test_a_path_that_names_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        ids(str(tmp_path / "*.log"))
    told = "no file at `{}`; give a file, a folder, a pattern such as `logs/*.jsonl`, or `-`"
    assert str(caught.value) == told.format(tmp_path / "*.log")


def test_an_unknown_format() -> None:
    with pytest.raises(SourceError) as caught:
        list(read(["x"], BUILT_IN, Tally(), Quarantine(), format="litelm"))
    assert str(caught.value) == f"unknown format `litelm`, did you mean `litellm`?; known are {', '.join(FORMATS)}"


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE % b"a")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    tally, quarantine = Tally(), Quarantine()
    assert list(read([str(path)], BUILT_IN, tally, quarantine)) == []
    assert str(tally.total) == "1 read = 0 events + 0 blank + 0 passed over + 1 quarantined"
    assert [(e.place, e.reason) for e in quarantine.entries] == [
        (Place(str(path)), "cannot be read: [Errno 13] Permission denied")
    ]


def test_the_quarantine_file(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_bytes(LINE % b"a" + b"\xff oops\n" + b"x" * 9000 + b"\n[]\n")
    with Quarantine(tmp_path / "bad.jsonl") as quarantine:
        list(read([str(log)], BUILT_IN, Tally(), quarantine))
    rows = [orjson.loads(line) for line in (tmp_path / "bad.jsonl").read_bytes().splitlines()]
    assert rows[0] == {
        "file": str(log), "line": 2, "reason": "not UTF-8: byte 1 of the line cannot be read",
        "raw": "\\xff oops", "truncated": False, "records": 1,
    }  # fmt: skip
    assert (len(rows[1]["raw"]), rows[1]["truncated"]) == (EXCERPT, True)
    assert quarantine.reasons == {"not UTF-8": 1, "not JSON": 1, "not an object": 1}


def test_a_later_stage_can_withdraw_an_event(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_bytes(LINE % b"a" + LINE % b"a")
    tally, quarantine = Tally(), Quarantine()
    (batch,) = read([str(log)], BUILT_IN, tally, quarantine)
    source, line = batch["source"][1].as_py(), batch["line"][1].as_py()
    quarantine.add(Place(tally.files[source].name, line), "conflicting events: one id", "")
    tally.withdraw(source)
    assert tally.total.balanced
    assert tally.total.events == 1
