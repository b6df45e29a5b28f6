"""The join finds exactly the pairs that its definition names, on every path, at every threshold."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainterms.engine.matching import join as joining
from plainterms.engine.matching import sketch as sketching
from plainterms.engine.matching.join import Pairs, join
from plainterms.engine.matching.products import inner_products
from plainterms.engine.matching.sketch import Precision, basis_of, sketch, slack
from plainterms.engine.matching.tiles import Processor
from plainterms.policy.errors import PlainTermsError
from tests.matching.clouds import Coarse, Small, cloud, every_pair, near, unit

PATHS = (Processor(), Small(), Coarse())


@pytest.fixture(params=[0, 2**22], ids=["shortened", "whole"])
def fewest(request, monkeypatch) -> None:
    """Small joins, too, are made by shortened vectors."""
    monkeypatch.setattr(sketching, "FEWEST", request.param)


def listed(pairs: Pairs) -> list[tuple[int, int, float]]:
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.scores.tolist(), strict=True))


@pytest.mark.usefixtures("fewest")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.sampled_from([(1, 1, 1), (5, 9, 2), (40, 30, 3), (30, 50, 40), (60, 20, 128), (25, 25, 200)]),
    threshold=st.sampled_from([-0.2, 0.0, 0.3, 0.7, 0.9, 0.999, 1.0, 1.2]),
    scale=st.sampled_from([1.0, 1e-3, 50.0]),
    path=st.sampled_from(PATHS),
)
def test_every_pair_is_found_and_no_other(seed, shape, threshold, scale, path) -> None:
    rows, columns, dimensions = shape
    rng = np.random.default_rng(seed)
    left = cloud(rng, rows, dimensions)
    copies = near(rng, left[: columns // 2], 0.4)
    right = np.concatenate([copies, cloud(rng, columns - len(copies), dimensions)])
    left, right = left * np.float32(scale), right * np.float32(scale)
    found = join(left, right, threshold * scale**2, cap=None, tiles=path, workers=2)
    assert listed(found) == every_pair(left, right, threshold * scale**2)


@pytest.mark.usefixtures("fewest")
@pytest.mark.parametrize("path", PATHS, ids=lambda path: type(path).__name__)
@pytest.mark.parametrize("dimensions", [16, 150])
def test_pairs_at_the_threshold_are_decided_by_the_last_bit(dimensions, path) -> None:
    rng = np.random.default_rng(dimensions)
    left = cloud(rng, 30, dimensions)
    right = near(rng, left, 0.5)
    exact = inner_products(left, right, np.arange(30), np.arange(30))
    for row in range(30):
        pair = (left[row : row + 1], right[row : row + 1])
        assert len(join(*pair, float(exact[row]), tiles=path)) == 1
        assert len(join(*pair, float(np.nextafter(exact[row], np.float32(2))), tiles=path)) == 0


@pytest.mark.usefixtures("fewest")
@pytest.mark.parametrize("loss", ["down", "up", "mixed"])
@pytest.mark.parametrize("dimensions", [1, 2, 31, 384])
def test_vectors_that_rounding_harms_most_are_not_lost(dimensions, loss) -> None:
    """Every coordinate lies next to the middle between two numbers of bf16, so that each is off by all it can be."""
    rng = np.random.default_rng(dimensions)
    half = 2.0**-8
    off = {"down": half * 0.999, "up": half * 1.001, "mixed": half * rng.choice([0.999, 1.001], (50, dimensions))}[
        loss
    ]
    signs = rng.choice([-1.0, 1.0], dimensions)
    vectors = ((1.0 + off) * signs * 2.0 ** rng.integers(-6, 0, (50, 1))).astype(np.float32)
    for threshold in np.unique([score for *_, score in every_pair(vectors, vectors, -np.inf)])[::40]:
        found = join(vectors, vectors, float(threshold), cap=None, tiles=Coarse())
        assert listed(found) == every_pair(vectors, vectors, float(threshold))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    dimensions=st.sampled_from([2, 40, 130]),
    precision=st.sampled_from(Precision),
    flatness=st.sampled_from([0.0, 0.6, 2.0]),
)
def test_products_of_sketches_are_upper_bounds(seed, dimensions, precision, flatness) -> None:
    rng = np.random.default_rng(seed)
    left, right = cloud(rng, 20, dimensions, flatness), cloud(rng, 20, dimensions, flatness)
    right[:10] = near(rng, left[:10], 0.1)
    exact = left.astype(float) @ right.astype(float).T
    for basis in (None, np.eye(dimensions)[:, :1], np.linalg.qr(rng.standard_normal((dimensions, 2)))[0]):
        short = [sketch(side, basis, precision) for side in (left, right)]
        product = short[0].of.astype(float) @ short[1].of.astype(float).T
        assert (product + slack(*short, precision) >= exact).all()


def test_a_flat_cloud_is_taken_as_it_is_and_a_steep_one_is_shortened() -> None:
    rng = np.random.default_rng(1)
    flat, steep = cloud(rng, 2_048, 384, 0.0), cloud(rng, 2_048, 384, 0.7)
    assert basis_of(flat, flat, 0.1) is None
    assert basis_of(steep, steep, 0.9).shape == (384, 31)
    assert len(join(steep, steep, 0.9)) == np.count_nonzero(steep @ steep.T >= 0.9)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: type(path).__name__)
@pytest.mark.parametrize("held", [3, 2**20])
def test_the_best_of_each_row_are_kept_and_the_others_are_counted(path, held, monkeypatch) -> None:
    monkeypatch.setattr(joining, "HELD", held)
    rng = np.random.default_rng(3)
    left, right = cloud(rng, 20, 12), cloud(rng, 90, 12)
    right[40:50] = right[:10]  # equal scores
    every = every_pair(left, right, 0.2)
    kept, counts = [], []
    for row in range(len(left)):
        mine = sorted((one for one in every if one[0] == row), key=lambda one: (-one[2], one[1]))
        kept += sorted(mine[:4])
        counts.append(len(mine))
    found = join(left, right, 0.2, cap=4, tiles=path)
    assert listed(found) == kept
    assert found.capped == sum(count > 4 for count in counts) > 0
    assert found.dropped == sum(max(count - 4, 0) for count in counts)


def test_equal_vectors_fill_the_cap_and_no_more() -> None:
    same = np.tile(unit(np.ones((1, 8))), (300, 1))
    found = join(same, same, 0.99, cap=2)
    assert found.right.tolist() == [0, 1] * 300
    assert (found.capped, found.dropped) == (300, 300 * 298)


def test_progress_counts_the_left_vectors() -> None:
    told: list[int] = []
    vectors = cloud(np.random.default_rng(0), 20, 4)
    join(vectors, vectors, 0.9, tiles=Small(), progress=told.append)
    assert told == [7, 14, 20]


NONE = np.empty((0, 4), np.float32)
SOME = np.ones((3, 4), np.float32)


@pytest.mark.parametrize(("left", "right"), [(NONE, SOME), (SOME, NONE), (NONE, NONE)])
def test_nothing_has_no_pairs(left, right) -> None:
    assert listed(join(left, right, 0.5)) == []


BAD = np.array([[1, 0, 0, 0], [0, np.nan, 0, 0]], np.float32)
ENDLESS = np.full((1, 4), np.inf, np.float32)
NO_NUMBER = "holds what is no number, or one above 1e+15"
REFUSED = [
    (SOME, SOME[:, 1:], 0.5, 1, "vectors of 4 and of 3 dimensions cannot be compared; embed both with one model"),
    (SOME, BAD, 0.5, 1, f"the right vector 1 {NO_NUMBER}"),
    (ENDLESS, SOME, 0.5, 1, f"the left vector 0 {NO_NUMBER}"),
    (SOME[0], SOME, 0.5, 1, "the left vectors must be a table of two dimensions, not of 1"),
    (SOME, SOME, float("nan"), 1, "the threshold of a join must be a number, not nan"),
    (SOME, SOME, 0.5, 0, "the cap of a join must be at least 1, not 0"),
]


@pytest.mark.parametrize(("left", "right", "threshold", "cap", "message"), REFUSED)
def test_what_cannot_be_joined_is_refused(left, right, threshold, cap, message) -> None:
    with pytest.raises(PlainTermsError) as error:
        join(left, right, threshold, cap=cap)
    assert str(error.value) == message


def test_a_score_is_the_same_in_any_company() -> None:
    """Sums depend on nothing but the two vectors; this value was worked out by hand in exact fractions."""
    left = np.array([[1, 2.0**-24, -1, 0.5]], np.float32)
    assert inner_products(left, np.ones((1, 4), np.float32), np.array([0]), np.array([0]))[0] == np.float32(
        0.5 + 2.0**-24
    )
    rng = np.random.default_rng(5)
    many = cloud(rng, 3_000, 384)
    rows, columns = rng.integers(0, 3_000, (2, 20_000))
    together = inner_products(many, many, rows, columns)
    alone = [
        inner_products(many, many, rows[one : one + 1], columns[one : one + 1])[0] for one in range(0, 20_000, 997)
    ]
    assert together[::997].tolist() == [float(one) for one in alone]
