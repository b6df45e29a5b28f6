"""Matching with embeddings: what only they nominate is verified, of outputs, control and public texts alike."""

import subprocess
import sys
from pathlib import Path

import pytest

from plainterms.engine.matching.calibration import calibration_from
from plainterms.engine.matching.match import MatchError, match
from plainterms.engine.matching.matches_file import read_matches, write_calibration, write_matches
from plainterms.engine.matching.models import DEFAULT, model_of
from plainterms.engine.matching.report import words
from tests.matching.test_match import EXAMPLE, control, example, of

OURS = (
    "The old lighthouse keeper walked down to the harbour every morning before sunrise to watch the fishing boats"
    " leave for the open sea, and he counted each one carefully."
)
REWRITTEN = (
    "The aged lighthouse warden went down to his harbour each morning ahead of sunrise and watched those fishing"
    " vessels depart toward the open ocean, then he tallied every one with care."
)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def strengths(rows) -> list[int]:
    return [row.strength for row in rows if row.strength]


@pytest.mark.parametrize("asked", [{}, {"model": DEFAULT, "above": 0.999}])
def test_a_rewritten_text_is_not_looked_at_unless_embeddings_nominate_it(tmp_path: Path, asked) -> None:
    found = of(tmp_path, [{"text": OURS}], [{"text": REWRITTEN}], control(), one_in=20, **asked)
    assert [row.likenesses for row in found.rows] == [()]


def test_what_embeddings_nominate_is_verified_and_so_is_the_control(tmp_path: Path) -> None:
    texts = [*control(), {"text": f"{OURS} Indeed."}]
    found = of(tmp_path, [{"text": OURS}], [{"text": REWRITTEN}], texts, one_in=20, model=DEFAULT, work=tmp_path)
    (likeness,) = found.rows[0].likenesses
    assert likeness.strength > 300
    assert likeness.scores.run == 0
    assert [one.key for one in found.rows[0].reasons] == ["common"]
    assert len([row for row in found.control if row.likenesses]) == 1
    assert len(strengths(found.control)) == 1, "the control's strength counts in the calibration"
    assert list((tmp_path / "embeddings").glob("*.sqlite"))


def test_an_innocent_explanation_is_nominated_too(tmp_path: Path) -> None:
    public = tmp_path / "public.jsonl"
    public.write_text('{"id": "almanac", "text": "' + REWRITTEN + '"}\n')
    found = of(
        tmp_path,
        [{"text": OURS}],
        [{"text": REWRITTEN}],
        control(),
        one_in=20,
        model=DEFAULT,
        above=0.6,
        public=(str(public),),
    )
    assert [(one.key, one.shown) for one in found.rows[0].reasons] == [("public", "almanac")]
    assert found.calibration.nominated is not None
    assert found.calibration.nominated.above == 0.6


def test_the_files_name_the_model_and_are_equal_again(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    found, again = (match(example(model=DEFAULT, work=tmp_path)) for _ in range(2))
    first, second = write_matches(found, tmp_path), write_matches(again, tmp_path / "again")
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())
    told, digest = read_matches(first), model_of(DEFAULT).digest
    assert told.header["candidates"] == "exact digests, fingerprints and embeddings"
    assert told.header["calibration"]["nominated"] == {"model": digest, "above": 0.7}
    assert calibration_from(found.calibration.as_dict()) == told.calibration == found.calibration
    assert digest.encode() in write_calibration(found.calibration, tmp_path).read_bytes()
    assert words.nominated_line(found) == f"nominated pairs from a cosine of 0.7 on; model sha256 {digest[:16]}"
    assert found.statement.matched == 12


PLAIN = """
import sys
from pathlib import Path
from plainterms.engine.matching.match import match
from plainterms.engine.matching.matches_file import write_calibration, write_matches
from tests.matching.test_match import example

found = match(example())
print(write_matches(found, Path(sys.argv[1])).name, write_calibration(found.calibration, Path(sys.argv[1])).name)
print([name for name in ("torch", "sentence_transformers") if name in sys.modules])
"""


def test_without_a_model_files_are_as_ever_and_torch_is_not_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=EXAMPLE.parents[1],
    )
    assert done.stdout == "matches-7f9e2d0db3e30103.jsonl calibration-09412cb51cfe427c.json\n[]\n"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"above": 0.8},
            "from which similarity on pairs are nominated is a matter of embeddings; name a --model",
        ),
        ({"model": "any", "above": 1.5}, "pairs are nominated above a similarity between 0 and 1, not 1.5"),
    ],
)
def test_requests_that_cannot_be_met(asked, message: str) -> None:
    with pytest.raises(MatchError) as raised:
        example(**asked)
    assert str(raised.value) == message
