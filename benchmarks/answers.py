"""Real answers of sixteen models to the same 805 prompts, split by prompt into development and test."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "outputs"
ANSWERS = FOLDER / "alpaca_eval_16_models.jsonl.gz"
OTHERS = ("alpaca_davinci003_5000", "alpaca_other_teacher_1000", "code_alpaca_2k", "gpteacher_roleplay")
TEACHERS = ("gpt4", "claude-2", "gpt-3.5-turbo-0301", "gemini-pro", "vicuna-13b")
RELATED = frozenset(
    frozenset(pair)
    for pair in (
        ("gpt4", "gpt-3.5-turbo-0301"),
        ("gpt4", "text_davinci_003"),
        ("gpt-3.5-turbo-0301", "text_davinci_003"),
        ("llama-2-13b-chat-hf", "Meta-Llama-3-8B-Instruct"),
        ("claude2-alpaca-13b", "llama-2-13b-chat-hf"),
        ("claude2-alpaca-13b", "claude-2"),
        ("alpaca-7b", "text_davinci_003"),
        ("vicuna-13b", "gpt-3.5-turbo-0301"),
    )
)
"""Models of one maker or made from each other, and those trained on the other's outputs, as their makers say."""

SEED = 1


@dataclass(frozen=True)
class Answers:
    """``texts`` by model and prompt number; ``development`` and ``test`` are halves of the prompts' numbers."""

    models: tuple[str, ...]
    prompts: dict[int, str]
    texts: dict[tuple[str, int], str]
    development: tuple[int, ...]
    test: tuple[int, ...]


def answers() -> Answers:
    """Raises FileNotFoundError where the data is not at hand."""
    rows = list(lines(ANSWERS))
    numbers = sorted({row["row"] for row in rows})
    random.Random(SEED).shuffle(numbers)
    half = len(numbers) // 2
    return Answers(
        tuple(sorted({row["model"] for row in rows})),
        {row["row"]: row["prompt"] for row in rows},
        {(row["model"], row["row"]): row["output"] for row in rows},
        tuple(numbers[:half]),
        tuple(numbers[half:]),
    )


def other_texts() -> list[str]:
    """Texts of other collections, to fill an index."""
    return [row["output"] for name in OTHERS for row in lines(FOLDER / f"{name}.jsonl.gz")]


def lines(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a compressed file of JSON Lines."""
    with gzip.open(path) as file:
        yield from map(json.loads, file)
