"""The ids of a finding's events: fetched when asked for, the shown ones once and for all."""

import hashlib

import numpy as np
import pytest

from plainterms.engine.columnar.idents import EventIds, Store, Table
from plainterms.engine.findings import SHOWN, digest_of


class Counted:
    n = 100

    def __init__(self):
        self.fetched = 0

    def ids(self, positions):
        self.fetched += 1
        return [f"e{position}" for position in np.asarray(positions).tolist()]


def test_digests_are_those_of_the_ids():
    lists = [np.arange(5), np.arange(3, 90, 7), np.array([99])]
    found = list(Table(Counted(), lists).digests(lists))
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
    store = Store(
        np.array(kept, dtype=np.int64), "".join(f"e{one}" for one in kept).encode(), 2 * np.arange(len(kept) + 1)
    )
    ids = EventIds(Counted(), np.array([1, 2, 3], dtype=np.int32), store)
    assert len(ids) == 3
    assert ids == ["e1", "e2", "e3"]
    assert ids == EventIds(Counted(), np.array([1, 2, 3], dtype=np.int32), store)
    assert ids != ["e1"]
    assert hash(ids) == hash(("e1", "e2", "e3"))
    assert "e2" in ids
