"""The ids of a finding's events: fetched when asked for, the shown ones once and for all."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from plainterms.engine.columnar import hashing
from plainterms.engine.columnar.idents import Table
from plainterms.engine.event_ids import AtHand, EventIds, joined
from plainterms.engine.findings import SHOWN, digest_of


class Counted:
    n = 100

    def __init__(self):
        self.fetched = 0
        self.identified = self

    def ids(self, positions):
        self.fetched += 1
        return pa.array([f"e{position}" for position in np.asarray(positions).tolist()], pa.large_string())


@pytest.mark.parametrize("few", [0, 1_000], ids=["by DuckDB", "one by one"])
@pytest.mark.parametrize("workers", [1, 3])
def test_digests_are_those_of_the_ids(few, workers, monkeypatch):
    monkeypatch.setattr(hashing, "FEW", few)
    monkeypatch.setattr("plainterms.engine.columnar.idents.PORTION", 7)
    lists = [np.arange(5), np.arange(3, 90, 7), np.array([99])]
    found = list(Table(Counted(), lists, workers).digests(lists))
    assert found == [digest_of(f"e{position}" for position in own) for own in lists]


def test_no_lists_no_digests():
    assert list(Table(Counted(), []).digests([])) == []


def test_an_empty_list_has_the_digest_of_nothing():
    lists = [np.arange(0)]
    assert list(Table(Counted(), lists).digests(lists)) == [hashlib.sha256().hexdigest()]


@pytest.mark.parametrize(("room", "fetched"), [(2**27, 0), (0, 1)], ids=["all at hand", "only what is shown"])
def test_what_is_shown_is_at_hand(room, fetched, monkeypatch):
    monkeypatch.setattr("plainterms.engine.columnar.idents.ROOM", room)
    columns = Counted()
    own = np.arange(60)
    ids = Table(columns, [own]).ids(own)
    before = columns.fetched
    assert list(ids[:SHOWN]) + list(ids[-SHOWN:]) == [f"e{at}" for at in [*range(20), *range(40, 60)]]
    assert ids[0] == "e0"
    assert columns.fetched == before
    assert list(ids) == [f"e{at}" for at in range(60)]
    assert columns.fetched == before + fetched


@pytest.mark.parametrize("kept", [[], [0, 1, 2, 3], [1, 2], [5]])
def test_ids_are_a_sequence(kept):
    at_hand = AtHand(np.array(kept, dtype=np.int64), Counted().ids(kept))
    ids = EventIds(Counted(), np.array([1, 2, 3], dtype=np.int32), at_hand)
    assert len(ids) == 3
    assert ids == ["e1", "e2", "e3"]
    assert ids == EventIds(Counted(), np.array([1, 2, 3], dtype=np.int32), at_hand)
    assert ids != ["e1"]
    assert hash(ids) == hash(("e1", "e2", "e3"))
    assert "e2" in ids


@pytest.mark.parametrize("apart", [False, True])
def test_lists_are_joined(apart):
    log, other = Counted(), Counted()
    at_hand = AtHand(np.arange(4), log.ids(np.arange(4)))
    lists = [EventIds(log, np.array([1, 3]), at_hand), EventIds(log, np.array([], np.int32), at_hand)]
    if apart:
        lists += [EventIds(other, np.array([5]), at_hand), ("f", "g")]
    assert joined(lists).to_pylist() == ["e1", "e3", *(["e5", "f", "g"] if apart else [])]
    assert joined([]).to_pylist() == []
