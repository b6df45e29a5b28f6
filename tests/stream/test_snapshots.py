"""Snapshots: killed at any point, and gone on from the last one, a monitor finds the same."""

import pickle
from pathlib import Path

import orjson
import pytest

from plainterms.engine.finding_json import as_dict
from plainterms.engine.stream.monitor import Monitor
from plainterms.engine.stream.snapshots import MAGIC, SnapshotError

from .killed import killed, undisturbed
from .terms import RATE, REGIONS, TOKENS, at, planned, request

KILLS = 20


def test_twenty_kills(tmp_path: Path) -> None:
    times, found = killed(tmp_path, KILLS, 1)
    assert times == KILLS
    assert found.count(b"\n") > 20
    assert found == undisturbed()


def test_a_snapshot_holds_decisions_and_its_position(tmp_path: Path) -> None:
    first = Monitor(planned(RATE), failing="open")
    for number in range(3):
        first.decide(request(f"r{number}", number))
    first.snapshot(tmp_path / "s", {"offset": 12})
    second = Monitor(planned(RATE), failing="open")
    assert second.restore(tmp_path / "s") == {"offset": 12}
    assert second.decide(request("r3", 3)).action == "throttle"
    assert second.release("r2")
    assert second.decide(request("r3", 3)).action == "allow"


def damaged(path: Path) -> bytes:
    whole = path.read_bytes()
    return whole[:-1] + bytes([whole[-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (damaged, "is damaged: its digest is another; restore an older one"),
        (lambda path: path.read_bytes()[:-9], "is damaged: its digest is another; restore an older one"),
        (lambda _path: b"hello", "is no snapshot of a monitor"),
        (lambda _path: MAGIC + b"{", "is damaged: its first line cannot be read"),
        (lambda _path: MAGIC + b'{"version":9}\n', "has format 9, and this version reads format 2"),
    ],
)
def test_what_cannot_be_restored(change: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "s"
    Monitor(planned(RATE), failing="open").snapshot(path)
    path.write_bytes(change(path))  # type: ignore[operator]
    with pytest.raises(SnapshotError) as raised:
        Monitor(planned(RATE), failing="open").restore(path)
    assert str(raised.value) == f"{path} {message}"


def test_a_snapshot_runs_no_code(tmp_path: Path) -> None:
    from hashlib import sha256

    data = pickle.dumps(print)
    path = tmp_path / "s"
    header = {"version": 2, "sha256": sha256(data).hexdigest(), "position": None}
    path.write_bytes(MAGIC + orjson.dumps(header) + b"\n" + data)
    with pytest.raises(SnapshotError) as raised:
        Monitor(planned(RATE), failing="open").restore(path)
    assert str(raised.value) == "the snapshot is made of `builtins.print`, which no snapshot is"


# ── Other terms while running


def test_clauses_that_mean_the_same_keep_what_they_know() -> None:
    monitor = Monitor(planned(RATE, TOKENS), failing="open")
    for number in range(3):
        monitor.record(request(f"r{number}", number, output_tokens=1))
    reworded = RATE.replace('"Rate limit"', '"Speed limit"')
    assert monitor.replace(planned(reworded, REGIONS), {"rate": "open", "regions": "closed"}) == ("regions",)
    (judgement,) = monitor.decide(request("r3", 3, country="DE")).judgements
    assert (judgement.clause, judgement.title, judgement.outcome) == ("rate", "Speed limit", "breach")


def test_clauses_that_are_new_warm_up_and_decisions_say_so() -> None:
    monitor = Monitor(planned(REGIONS), failing="open")
    monitor.record(request("r0", 0))
    assert monitor.replace(planned(REGIONS, RATE), "open") == ("rate",)
    assert monitor.decide(request("r1", 59)).warming == ("rate",)
    assert monitor.decide(request("r2", 60)).warming == ()


def test_findings_go_on_over_a_replacement() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    for number in range(6):
        if number == 4:
            assert monitor.replace(planned(RATE), "open") == ()
        monitor.record(request(f"r{number}", number))
    alone = Monitor(planned(RATE), failing="open")
    for number in range(6):
        alone.record(request(f"r{number}", number))
    assert [as_dict(one) for one in monitor.close(at(60))] == [as_dict(one) for one in alone.close(at(60))]


def test_terms_that_cannot_be_change_nothing() -> None:
    monitor = Monitor(planned(RATE), failing="open")
    with pytest.raises(Exception, match="clause `regions` stops requests"):
        monitor.replace(planned(REGIONS))
    assert [clause.name for clause in monitor.plan.clauses] == ["rate"]
