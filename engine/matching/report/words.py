"""A matching in plain words, as a court could read them, with what it does not show."""

from collections.abc import Iterator

from plainterms.engine.matching.binomial import needed
from plainterms.engine.matching.calibration import bin_name
from plainterms.engine.matching.exculpation import ASIDE
from plainterms.engine.matching.match import Matching
from plainterms.engine.matching.statement import BinStatement, Statement

NOT_SHOWN = (
    "A match shows that a text we served stands, whole or changed, among the samples. It does not show that a model"
    " was trained on the samples, who put the text there, or that it came by way of the account named.",
    "Texts that were rewritten throughout or translated, or have fewer than 20 words outside their prompt, are not"
    " found; no match is no proof of absence.",
    "The error rate holds for texts like those of the control. If the control is not independent of the samples, or"
    " is of another kind than the outputs, it does not hold.",
)


def paragraph(found: Matching) -> str:
    """What was found, in one paragraph."""
    said = found.statement
    compared = (
        f"We compared {counted(said.outputs, 'text')} that we served with {counted(said.samples, 'sample')}, and in"
        f" the same way {counted(len(found.control), 'control text')} that are known to be independent of the"
        " samples."
    )
    if said.examined == 0:
        return f"{compared} {undetermined(said)}"
    return f"{compared} {_result(said)} {_consequence(said)}{_aside(found)}"


def _result(said: Statement) -> str:
    return (
        f"Of the {said.examined:,} that are long enough and for whose length the control is large enough,"
        f" {said.matched:,} {'matches' if said.matched == 1 else 'match'} a sample;"
        f" counting near-duplicates and answers to one prompt once, {said.clusters:,}."
        f" At a rate of at most 1 false match in {round(1 / said.rate):,} texts, chance alone would make"
        f" {number(said.expected)} on average, and with a probability of 99.9 % no more than {said.chance:,}."
    )


def _consequence(said: Statement) -> str:
    if said.verdict != "more than chance":
        return "That is no more than chance allows."
    low, high = (f"{100 * value:.2f} %" for value in said.share)
    return (
        f"That is more than chance allows (p {probability(said.p)}). {said.samples_matched:,} of the samples are like"
        f" a text of ours: between {low} and {high} of all samples, not counting what was rewritten."
    )


def _aside(found: Matching) -> str:
    if not found.statement.aside:
        return ""
    aside = found.statement.aside
    were, are = ("was", "is") if aside == 1 else ("were", "are")
    return f" A further {aside:,} {were} like a sample but {are} explained otherwise and {are} not counted."


def undetermined(said: Statement) -> str:
    """Why nothing can be said, and what would help."""
    wanting = ", ".join(
        f"{one.missing:,} more of {bin_name(one.number)}" for one in said.bins if one.mark is None and one.examined
    )
    if not wanting:
        return "None of them is long enough to be examined, so nothing can be said."
    return (
        f"The control is too small to support a rate of 1 false match in {round(1 / said.rate):,} texts, so nothing"
        f" can be said: it needs {wanting} (for {needed(said.rate):,} in all where none matches)."
    )


def bin_line(one: BinStatement) -> str:
    """One bin of lengths in a line."""
    if one.mark is None:
        wanting = f"undetermined: the control needs {one.missing:,} more texts of this length"
        return f"{one.examined:,} examined; {wanting}"
    control = f"of {one.mark.control:,} control texts {one.mark.false:,}"
    return (
        f"{one.examined:,} examined, {one.matched:,} matched; {control}"
        f" matched, so at most {number(one.mark.bound * 100)} % do by chance (strength above {one.mark.strength})"
    )


def nominated_line(found: Matching) -> str | None:
    """By which embeddings pairs were nominated, if by any."""
    by = found.calibration.nominated
    return None if by is None else f"nominated pairs from a cosine of {by.above:g} on; model sha256 {by.model[:16]}"


def notes(found: Matching) -> Iterator[str]:
    """What the reader should know beside."""
    if found.overlap:
        yield (
            f"{counted(found.overlap, 'control text')} {'stands' if found.overlap == 1 else 'stand'} word for word"
            " among the samples, counted as false matches: make sure that the control is independent."
        )
    if found.statement.short:
        yield (
            f"{found.statement.short:,} of {counted(found.statement.outputs, 'output')}"
            f" ({100 * found.statement.short / found.statement.outputs:.0f} %) were too short to be examined: fewer"
            " than 20 words outside the prompt."
        )
    for one in found.statement.bins:
        if one.mark is None and one.examined and found.statement.examined:
            yield f"Outputs of {bin_name(one.number)}: {bin_line(one)}."
    if found.identities.makers:
        makers = ", ".join(f"{maker} ({count:,})" for maker, count in found.identities.makers[:5])
        yield f"Samples that say who made their author: {makers}."


def strata(count: int) -> str:
    """Within what accounts are compared."""
    return f"{count:,} {'stratum' if count == 1 else 'strata'} of month and length"


def reason(key: str, shown: str) -> str:
    """Why a match was set aside."""
    return ASIDE[key] + (f" ({shown})" if shown else "")


def number(value: float) -> str:
    """A number with three digits that count."""
    return f"{value:.3g}"


def probability(value: float) -> str:
    """A probability, small ones as a bound."""
    return "below 1e-12" if value < 1e-12 else f"= {value:.2g}"


def counted(count: int, what: str) -> str:
    """`1 text`, `2 texts`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
