"""What is kept of each text examined: one line of a matches file, without the text itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from plainterms.engine.matching.scores import Scores
from plainterms.engine.matching.spans import Span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match is set aside: a key of ``exculpation.ASIDE``, and what shows it."""

    key: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A sample that is like an output: its number and id, how strong the evidence is, and where they agree."""

    sample: int
    id: str
    strength: int
    scores: Scores
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A text examined. ``digest`` is that of its text, ``prompt`` that of its prompt ("" without one).

    ``against``: it was compared with independent answers to its prompt; ``alone`` is its strength without regard to
    them, even if one says the same. ``likenesses`` are those that nothing explains, strongest first; where
    ``reasons`` explain all, they are kept to be shown, and count for nothing.
    """

    number: int
    id: str
    digest: str
    words: int
    account: str = ""
    time: int | None = None
    prompt: str = ""
    against: bool = False
    alone: int = 0
    likenesses: tuple[Likeness, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def strength(self) -> int:
        """The strength of the evidence that counts."""
        return self.likenesses[0].strength if self.likenesses and not self.reasons else 0


def text_digest(text: str) -> str:
    """The name under which a matches file knows an output: half of SHA-256 over its UTF-8 bytes, hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def row_as_dict(row: Row) -> dict[str, Any]:
    """A row as plain data, empty parts left out."""
    found: dict[str, Any] = {"number": row.number, "id": row.id, "digest": row.digest, "words": row.words}
    optional = {"account": row.account, "time": row.time, "prompt": row.prompt}
    found |= {name: value for name, value in optional.items() if value not in ("", None)}
    found |= {name: value for name, value in (("against", row.against), ("alone", row.alone)) if value}
    if row.likenesses:
        found["likenesses"] = [
            {
                "sample": one.sample,
                "id": one.id,
                "strength": one.strength,
                "scores": one.scores.as_dict(),
                "spans": [[*span.output, *span.sample, span.words] for span in one.spans],
            }
            for one in row.likenesses
        ]
    if row.reasons:
        found["reasons"] = [[reason.key, reason.shown] for reason in row.reasons]
    return found


def row_from(data: Mapping[str, Any]) -> Row:
    """The row that was written as plain data. Raises KeyError or TypeError for anything else."""
    return Row(
        data["number"],
        data["id"],
        data["digest"],
        data["words"],
        data.get("account", ""),
        data.get("time"),
        data.get("prompt", ""),
        data.get("against", False),
        data.get("alone", 0),
        tuple(_likeness(one) for one in data.get("likenesses", ())),
        tuple(Reason(key, shown) for key, shown in data.get("reasons", ())),
    )


def _likeness(data: Mapping[str, Any]) -> Likeness:
    found = tuple(Span((a, b), (c, d), words) for a, b, c, d, words in data["spans"])
    return Likeness(data["sample"], data["id"], data["strength"], Scores(**data["scores"]), found)
