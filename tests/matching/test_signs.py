"""Canaries and sentences about who made a model."""

import pytest

from plainterms.engine.matching.canaries import canary_hits, chance
from plainterms.engine.matching.identity import identities
from plainterms.engine.matching.texts import Text


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("As a large language model trained by OpenAI, I cannot browse.", "OpenAI"),
        ("I'm an AI assistant created by Anthropic to be helpful.", "Anthropic"),
        ("I am a chatbot made by Mistral AI.", "Mistral AI"),
        ("The language model trained by the team was large.", None),
        ("I am a model railway fan; the engine was built by Hornby.", None),
        ("as an ai developed by nobody", None),
    ],
)
def test_who_made_the_author(text: str, maker: str | None) -> None:
    found = identities([[Text(0, "s", text)]])
    assert found.makers == (((maker, 1),) if maker else ())


def test_canaries_are_found_letter_for_letter() -> None:
    canaries = [Text(0, "", "Zk8-Qw3x-77Lm", account="a"), Text(1, "", "short"), Text(2, "", "nowhere-4a5b6c")]
    samples = [[Text(0, "s0", "see Zk8-Qw3x-77Lm here"), Text(1, "s1", "short zk8-qw3x-77lm")]]
    (hit,) = canary_hits(canaries, samples)
    assert (hit.text, hit.account, hit.samples) == ("Zk8-Qw3x-77Lm", "a", ((0, "s0"),))


def test_the_chance_of_a_canary_is_places_times_letters() -> None:
    assert chance("abcdefghijkl", 1_000) == pytest.approx(1_000 / 26**12)
    assert chance("aB3", 10**9) == 1.0
