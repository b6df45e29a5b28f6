"""A matching on a terminal: what may be said, what may not, and the strongest matches side by side."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plainterms.engine.matching.calibration import bin_name
from plainterms.engine.matching.match import Matching
from plainterms.engine.matching.report import words
from plainterms.engine.matching.report.pieces import pieces
from plainterms.engine.matching.rows import Row
from plainterms.engine.report.visible import clipped, visible, visible_lines

SHOWN, ASIDE = 5, 3
CLIP = 900
NAME = 60
VERDICTS = {"more than chance": "bold red", "undetermined": "bold yellow", "no more than chance allows": "bold green"}


def print_matching(found: Matching, console: Console) -> None:
    """Print the report."""
    said = found.statement
    console.print(Group(Text(said.verdict, VERDICTS[said.verdict]), Text(), Text(words.paragraph(found)), Text()))
    for note in words.notes(found):
        console.print(Text(f"note: {visible(note)}"))
    console.print(Group(_figures(found), Text()))
    for part in (_accounts(found), _canaries(found), _matches(found), _set_aside(found)):
        console.print(part)
    console.print(Text("What this does not show", "bold"))
    for line in words.NOT_SHOWN:
        console.print(Padding(Text(line), (0, 0, 0, 2)))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _figures(found: Matching) -> RenderableType:
    grid = _grid()
    for name, lines in found.lines.items():
        lost = f", {lines.quarantined:,} quarantined" if lines.quarantined else ""
        blank = f", {lines.blank:,} blank" if lines.blank else ""
        grid.add_row(name, Text(f"{lines.read:,} lines: {lines.texts:,} texts{blank}{lost}"))
    for reason, count in found.quarantined:
        grid.add_row("quarantined", Text(f"{count:,} {visible(reason)}"))
    for one in found.statement.bins:
        grid.add_row(bin_name(one.number), Text(words.bin_line(one)))
    grid.add_row("calibration", Text(f"sha256 {found.calibration.digest[:16]}"))
    if (line := words.nominated_line(found)) is not None:
        grid.add_row("embeddings", Text(line))
    return Padding(grid, (1, 0, 0, 0))


def _accounts(found: Matching) -> RenderableType:
    gathered = found.concentration
    if gathered is None or not gathered.accounts:
        return Group()
    table = Table("account", "examined", "matched", "expected", "p", "", box=None, pad_edge=False)
    for one in gathered.accounts[:SHOWN]:
        table.add_row(
            Text(clipped(visible(one.name), NAME)),
            f"{one.examined:,}",
            f"{one.matched:,}",
            words.number(one.expected),
            f"{one.p:.2g}",
            Text("named", "bold") if one.named else Text(),
        )
    head = (
        f"Accounts: that matches gather on some of them beyond their share has p {words.probability(gathered.p)}"
        f" ({gathered.draws:,} permutations within {words.strata(gathered.strata)}, seed"
        f" {gathered.seed}); named at a false-discovery rate of 1 %"
    )
    return Group(Text(head, "bold"), table, Text())


def _canaries(found: Matching) -> RenderableType:
    lines = [
        Text(
            f"canary {clipped(visible(one.text), NAME)} of {visible(one.account) or 'no account'} stands in"
            f" {words.counted(len(one.samples), 'sample')}, the first {clipped(visible(one.samples[0][1]), NAME)}"
            f" (p {words.probability(one.p)})"
        )
        for one in found.canaries
    ]
    return Group(*lines, Text()) if lines else Group()


def _matches(found: Matching) -> RenderableType:
    rows = found.matches
    if not rows:
        return Group()
    parts: list[RenderableType] = [Text(f"Strongest matches ({min(SHOWN, len(rows))} of {len(rows):,})", "bold")]
    for row in rows[:SHOWN]:
        parts += [_title(row), _pair(row, found), Text()]
    return Group(*parts)


def _title(row: Row) -> Text:
    best = row.likenesses[0]
    scores = best.scores
    of_account = f" of {clipped(visible(row.account), NAME)}" if row.account else ""
    return Text(
        f"output {clipped(visible(row.id), NAME)}{of_account} in sample {clipped(visible(best.id), NAME)}: strength"
        f" {best.strength}, longest common run {scores.run} words, letters {scores.letters / 10:.0f} %, alignment"
        f" {scores.alignment / 10:.0f} %, edits {scores.edits / 10:.0f} %"
    )


def _pair(row: Row, found: Matching) -> RenderableType:
    best = row.likenesses[0]
    table = Table("output", "sample", box=None, pad_edge=False, expand=True, padding=(0, 2, 0, 0))
    table.columns[0].ratio = table.columns[1].ratio = 1
    table.add_row(
        _marked(found.outputs[row.number].text, row, "output"),
        _marked(found.samples[best.sample].text, row, "sample"),
    )
    return Padding(table, (0, 0, 0, 2))


def _marked(text: str, row: Row, side: str) -> Text:
    """The text with what is shared underlined; only its beginning where it is long."""
    marked = Text()
    for piece in pieces(text, row.likenesses[0].spans, side):
        left = CLIP - len(marked)
        if left <= 0:
            marked.append(" […]")
            break
        marked.append(visible_lines(piece.text[:left]), "bold underline" if piece.shared else "")
    return marked


def _set_aside(found: Matching) -> RenderableType:
    rows: Sequence[Row] = found.aside
    if not rows:
        return Group()
    return Group(Text(f"Like a sample, but explained otherwise ({len(rows):,})", "bold"), *_aside_lines(rows), Text())


def _aside_lines(rows: Sequence[Row]) -> Iterator[Text]:
    for row in rows[:ASIDE]:
        why = "; ".join(visible(words.reason(one.key, one.shown)) for one in row.reasons)
        yield Text(f"  output {clipped(visible(row.id), NAME)}: {why}")
    if len(rows) > ASIDE:
        yield Text(f"  and {len(rows) - ASIDE:,} more")
