"""What explains a match otherwise than by training on what we served; weighed before anything is counted."""

from dataclasses import dataclass

import re2

from plainterms.engine.matching.comparing import Compared
from plainterms.engine.matching.rows import Reason
from plainterms.engine.matching.strength import LEAST, WORTH
from plainterms.engine.matching.texts import Text

ASIDE = {
    "older": "the sample is older than our output",
    "public": "a public text says the same",
    "common": "an independent answer says the same, so both may follow a common source",
    "refusal": "the output is a refusal",
    "boilerplate": "the output is a licence or other set text",
}
"""Why a match is set aside, in words. Words of the prompt are left out before anything is compared."""

REFUSAL = re2.compile(
    r"(?i)^\W*(i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately|as an ai|i['’]?m (just )?an ai)?"
    r"[^.!?\n]{0,80}\b(can['’]?t|cannot|can not|unable to|not able to|won['’]?t|do not|don['’]?t) "
    r"(help|assist|provide|comply|fulfil|answer|engage|support|create|generate|discuss|share|do that)\b"
)
SET_TEXT = re2.compile(
    r"(?i)permission is hereby granted, free of charge|licensed under the apache license|gnu general public license"
    r"|redistribution and use in source and binary forms|lorem ipsum dolor|creative commons attribution"
    r"|we hold these truths to be self-evident|four score and seven years ago|our father,? who art in heaven"
)
REFUSED = 120
"""Words up to which a text that begins with a refusal is nothing else."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A text like the output, and how strong the evidence of that is."""

    id: str
    strength: int


def reasons(found: Compared, control: Alike | None, public: Alike | None) -> tuple[Reason, ...]:
    """What explains a match of this output with any sample; of control and public texts those most like it."""
    text = found.text.text
    told = []
    if public is not None and public.strength >= LEAST:
        told.append(Reason("public", public.id))
    if common := _common(found, control):
        told.append(Reason("common", common))
    if found.words <= REFUSED and REFUSAL.search(text[:400]) is not None:
        told.append(Reason("refusal"))
    if SET_TEXT.search(text) is not None:
        told.append(Reason("boilerplate"))
    return tuple(told)


def _common(found: Compared, control: Alike | None) -> str:
    """The id of an independent text that says the same, "" for none.

    It is like the output: of rivals any that is at all, of others one that is as like it as a sample is. Where there
    are no rivals, any is.
    """
    if found.common or control is None:
        return found.common
    return control.id if control.strength >= (found.alone if found.against else WORTH) else ""


def is_older(output: Text, sample: Text) -> bool:
    """Whether the sample was there before the output was served."""
    return sample.time is not None and output.time is not None and sample.time < output.time
