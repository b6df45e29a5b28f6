"""Whether texts of events appear in samples, as matches files say: one more yes/no column for each condition."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.conditions import appearance, rate
from plainterms.engine.findings import similarity_name
from plainterms.engine.matching.calibration import KINDS, Mark, bin_name, bin_of
from plainterms.engine.matching.exculpation import ASIDE
from plainterms.engine.matching.matches_file import Matches, read_matches
from plainterms.engine.matching.rows import row_as_dict, text_digest
from plainterms.engine.plan import Plan, leaves
from plainterms.policy.meaning import AppearsIn, EventField


@dataclass(frozen=True)
class Appearances:
    """The matches file of each sample set that was given, and the conditions of a plan that ask them."""

    matches: Mapping[str, Matches]
    asked: tuple[AppearsIn, ...]

    @cached_property
    def columns(self) -> dict[str, tuple[str, Mapping[str, bool | None]]]:
        """For each new column the field it is about, and what it says of a text with this digest."""
        return {
            appearance(leaf).name: (leaf.field.name, truths(self.matches[leaf.samples], rate(leaf)))
            for leaf in self.asked
            if leaf.samples in self.matches and isinstance(leaf.field, EventField)
        }

    def told(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches with a column for each condition."""
        columns = self.columns
        if not columns:
            yield from batches
            return
        for batch in batches:
            for name, (field, known) in columns.items():
                if field in batch.schema.names:
                    batch = batch.append_column(name, _looked_up(batch[field], known))
            yield batch

    def known(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of which some condition is known."""
        names = [name for name in self.columns if name in batch.schema.names]
        if not names:
            return batch.slice(0, 0)
        return batch.filter(reduce(pc.or_, [batch[name].is_valid() for name in names]))

    def notes(self) -> Iterator[str]:
        """What the reader should know: what was not matched, and where a control was too small."""
        for leaf in self.asked:
            found = self.matches.get(leaf.samples)
            if found is None:
                yield (
                    f"No matches file was given for samples “{leaf.samples}”, so whether {similarity_name(leaf)} is"
                    " unknown of every event; make one with `plainterms match` and give it as"
                    f" `--samples {leaf.samples}=FILE`."
                )
            else:
                yield from _wanting(leaf, found)


def appearances(plan: Plan, samples: Mapping[str, Path]) -> Appearances:
    """Read the matches files of the sample sets. Raises MatchesFileError."""
    asked = dict.fromkeys(node for node in leaves(plan.clauses) if isinstance(node, AppearsIn))
    return Appearances({name: read_matches(path) for name, path in samples.items()}, tuple(asked))


def truths(found: Matches, allowed: float) -> dict[str, bool | None]:
    """Whether each text examined is a match, by digest: unknown where it is too short or the control too small."""
    marks = [one.mark(allowed) for one in found.calibration.bins]
    told: dict[str, bool | None] = {}
    for row in found.rows:
        number = bin_of(row.words, row.against)
        mark: Mark | None = None if number is None else marks[number]
        match = None if mark is None else row.strength > mark.strength
        told[row.digest] = match or told.get(row.digest, match)  # one text may have been served more than once
    return told


def likenesses(found: Matches) -> list[dict[str, Any]]:
    """What a matches file says of each text that is like a sample, as plain data; reasons in words."""
    return [
        row_as_dict(row) | {"reasons": [[ASIDE[one.key], one.shown] for one in row.reasons]}
        for row in found.rows
        if row.likenesses
    ]


def basis(found: Matches) -> dict[str, Any]:
    """What a matches file rests on, and the innocent explanations that were looked for."""
    return {**found.header, "digest": found.digest, "looked_for": list(ASIDE.values())}


def _looked_up(texts: pa.Array, known: Mapping[str, bool | None]) -> pa.Array:
    if pa.types.is_dictionary(texts.type):
        values = _looked_up(texts.dictionary, known)
        return values.take(texts.indices)
    return pa.array(
        [None if text is None else known.get(text_digest(text)) for text in texts.to_pylist()], pa.bool_()
    )


def _wanting(leaf: AppearsIn, found: Matches) -> Iterator[str]:
    used = {bin_of(row.words, row.against) for row in found.rows}
    for number, (_, against) in enumerate(KINDS):
        more = found.calibration.missing(number, rate(leaf))
        if more and (number in used or not against):
            yield (
                f"The control of samples “{leaf.samples}” does not support a chance of 1 in {1 / rate(leaf):,.0f} for"
                f" texts of {bin_name(number)}: it needs {more:,} more of them. Of such texts it is unknown whether"
                f" {similarity_name(leaf)}."
            )
