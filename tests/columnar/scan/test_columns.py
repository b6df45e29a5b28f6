"""The columns that a scan keeps: numbers of values, digests, lists as texts, files and memory alike."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.columnar import codes
from plainterms.engine.columnar.batches import FEWEST, MOST, evened
from plainterms.engine.columnar.codes import Numbering, local
from plainterms.engine.columnar.digests import Words, _folded, digests, lanes
from plainterms.engine.columnar.hashing import Hashing
from plainterms.engine.columnar.lists import joined, parted
from plainterms.engine.columnar.places import Places
from plainterms.engine.columnar.recent import Recent
from plainterms.engine.columnar.sequence import Order
from plainterms.engine.columnar.store import Store
from plainterms.engine.columnar.zones import local_times
from plainterms.engine.digests import LONGEST, digest

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=30)


def weak(texts: pa.Array) -> Words:
    """Digests of which many are equal."""
    return digests(texts) & np.uint64(3)


@given(TEXTS, st.integers(0, 3))
def test_digests_of_columns(texts: list[str | None], skipped: int) -> None:
    for kind in (pa.string(), pa.large_string()):
        column = pa.array(texts, kind).slice(skipped)
        expected = [(text or "").encode() for text in texts[skipped:]]
        assert digests(column).tolist() == [digest(text) for text in expected]
        for depth in range(3):
            parts = [text[8 * depth : 8 * depth + 8].ljust(8, b"\0") for text in expected]
            assert lanes(column, depth).tolist() == [int.from_bytes(part, "big") for part in parts]


def test_long_texts_are_digested_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [None, "é" * LONGEST, "a" * LONGEST, "a" * (LONGEST + 1), "", "b" * 10_000_000]
    folded = []
    monkeypatch.setattr(
        "plainterms.engine.columnar.digests._folded", lambda *given: folded.append(given[2].max()) or _folded(*given)
    )
    for kind in (pa.string(), pa.large_string()):
        found = digests(pa.array(["before", *texts], kind).slice(1))
        assert found.tolist() == [digest((text or "").encode()) for text in texts]
    assert max(folded) == LONGEST, "what is longer is not folded lane by lane"


class Weak(Hashing):
    """Halves of digests of which many are equal."""

    def names(self, texts: pa.Array) -> tuple[Words, Words]:
        low, high = super().names(texts)
        return low & np.uint64(3), high


@pytest.mark.parametrize("digested", [digests, weak])
@pytest.mark.parametrize("hashing", [None, Hashing(), Weak()], ids=["texts", "strong digests", "weak halves"])
@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("in_files", [False, True])
def test_numbering(
    digested: Callable[[pa.Array], Words],
    hashing: Hashing | None,
    few: int,
    in_files: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codes, "digests", digested)
    monkeypatch.setattr("plainterms.engine.columnar.hashing.FEW", few)
    dice, store = Random(1), Store(tmp_path if in_files else None)
    numbering = Numbering(store.texts(compared=True))
    texts: list[str | None] = []
    numbers: list[int] = []
    for turn in range(30):
        batch = [
            dice.choice((None, str(dice.randrange(80)), str(dice.randrange(4_000))))
            for _ in range(dice.randrange(200))
        ]
        column = pa.array(batch, pa.string())
        own = local(column.dictionary_encode() if turn % 2 else column, hashing)
        numbers += np.append(numbering.number(own), np.int32(-1))[own.of].tolist()
        texts += batch
    values = numbering.values.take(np.arange(len(numbering))).to_pylist()
    store.close()
    assert sorted(values) == sorted({text for text in texts if text is not None})
    assert [None if number < 0 else values[number] for number in numbers] == texts


@given(st.lists(st.one_of(st.none(), st.lists(st.text(alphabet="\\\nna", max_size=4), max_size=4)), max_size=6))
def test_lists_as_texts(lists: list[list[str] | None]) -> None:
    column = pa.array([["before"], *lists], pa.list_(pa.string())).slice(1)
    assert parted(joined(column)).to_pylist() == lists
    kept = {text for text in joined(column).to_pylist() if text is not None}
    assert len(kept) == len({tuple(one) for one in lists if one is not None})


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("in_files", [False, True])
def test_what_is_stored_comes_back(in_files: bool, packed: bool, tmp_path: Path) -> None:
    dice, store = Random(2), Store(tmp_path if in_files else None)
    numbers, bits, texts = store.numbers(np.int32), store.bits(), store.texts(packed=packed)
    kept: list[int] = []
    for _ in range(20):
        part = [dice.randrange(-1, 100) for _ in range(dice.randrange(50))]
        numbers.append(np.array(part, np.int8))
        bits.append(np.array(part, np.int32) > 50)
        texts.append(pa.array([str(one) for one in part], pa.string()))
        kept += part
        places = np.array([dice.randrange(len(kept)) for _ in range(5)] if kept else [], np.int64)
        assert texts.take(places).to_pylist() == [str(kept[place]) for place in places]
    store.close()
    assert numbers.read().tolist() == kept
    assert numbers.read(slice(5, 12)).tolist() == kept[5:12]
    found = np.unpackbits(bits.read(), count=len(kept), bitorder="little")
    assert found.astype(bool).tolist() == [one > 50 for one in kept]


@given(st.lists(st.tuples(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 4)), max_size=4)), max_size=5))
def test_places(batches: list[tuple[list[tuple[int, int]]]]) -> None:
    places, expected = Places(), []
    for (rows,) in batches:
        places.append(np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int64))
        expected += rows
    assert [places.at(row) for row in range(len(expected))] == expected


def test_batches_are_evened() -> None:
    def batch(start: int, rows: int, dictionary: bool) -> pa.RecordBatch:
        text = pa.array([str(number) for number in range(start, start + rows)], pa.string())
        return pa.record_batch({"id": text.dictionary_encode() if dictionary else text})

    sizes = [1, 10, 0, FEWEST, MOST, 2 * MOST + 5, 3]
    starts = np.cumsum([0, *sizes])[:-1].tolist()
    found = list(
        evened(
            batch(start, rows, index % 2 == 0) for index, (start, rows) in enumerate(zip(starts, sizes, strict=True))
        )
    )
    assert [one.num_rows for one in found] == [FEWEST + 11, MOST, MOST, MOST, 5, 3]
    assert [text for one in found for text in one["id"].to_pylist()] == [str(number) for number in range(sum(sizes))]


def test_recent_results_are_remembered() -> None:
    made: list[str] = []
    recent = Recent[str](6, len)

    def get(key: str) -> str:
        return recent.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    assert [get(key) for key in ("aa", "bb", "aa", "cc", "dd", "bb", "too long to stay", "aa")][-1] == "aa"
    assert made == ["aa", "bb", "cc", "dd", "bb", "too long to stay", "aa"]


def test_no_times() -> None:
    assert local_times(np.empty(0, np.int64), "Europe/Berlin").tolist() == []


@pytest.mark.parametrize("sparse", [0, 8, 1_000])
@given(st.data())
def test_columns_are_put_in_order(sparse: int, data: st.DataObject) -> None:
    column = np.arange(data.draw(st.integers(0, 40)))
    rows = data.draw(st.permutations(range(len(column))))[data.draw(st.integers(0, 3)) :]
    with patch("plainterms.engine.columnar.sequence.SPARSE", sparse):
        assert Order(np.array(rows, np.int32)).of(column).tolist() == rows
