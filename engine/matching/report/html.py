"""A matching as one page that stands alone: no scripts, nothing fetched, everything from outside escaped."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Template

from plainterms.engine.matching.calibration import bin_name
from plainterms.engine.matching.match import SHOWN, Matching
from plainterms.engine.matching.report import words
from plainterms.engine.matching.report.picture import HEIGHT, LEFT, MIDDLE, WIDTH, counted, picture
from plainterms.engine.matching.report.pieces import Piece, pieces
from plainterms.engine.matching.rows import Likeness, Row
from plainterms.engine.report.pages import environment
from plainterms.engine.report.visible import visible_lines

LONGEST = 4_000
"""Characters of a text that are shown."""


@dataclass(frozen=True)
class Pair:
    """An output and the sample most like it, laid out."""

    row: Row
    best: Likeness
    output: tuple[Piece, ...]
    sample: tuple[Piece, ...]
    prompt: str


def render_html(found: Matching) -> str:
    """The page, with the strongest matches in full; it says how many more there are."""
    matches, aside = found.matches, found.aside
    return _template().render(
        found=found,
        said=found.statement,
        pairs=[_pair(row, found) for row in matches[:SHOWN]],
        more=max(0, len(matches) - SHOWN),
        aside=[_pair(row, found) for row in aside[:SHOWN]],
        more_aside=max(0, len(aside) - SHOWN),
        drawing=picture(found),
        drawn=(counted(found.rows), counted(found.control)),
    )


def _pair(row: Row, found: Matching) -> Pair:
    best = row.likenesses[0]
    output, sample = found.outputs[row.number], found.samples[best.sample]
    return Pair(
        row,
        best,
        tuple(pieces(output.text[:LONGEST], best.spans, "output")),
        tuple(pieces(sample.text[:LONGEST], best.spans, "sample")),
        output.prompt,
    )


@cache
def _template() -> Template:
    made = environment("plainterms.engine.matching.report", visible_lines)
    made.globals |= {
        "words": words,
        "bin_name": bin_name,
        "WIDTH": WIDTH,
        "HEIGHT": HEIGHT,
        "MIDDLE": MIDDLE,
        "LEFT": LEFT,
    }
    return made.get_template("matching.html.jinja")
