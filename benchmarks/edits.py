"""The ways in which a copied text is changed, each a function of the text, a source of chance, and other texts."""

import random
import re
from collections.abc import Callable, Sequence

Edit = Callable[[str, random.Random, Sequence[str]], str]

_HOMOGLYPHS = str.maketrans("aeopcyxiABEKMHOPCTX", "аеорсухіАВЕКМНОРСТХ")
MEANING = 4
"""Letters from which on a word is taken to carry meaning; shorter ones have no synonyms."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def words_dropped(share: float) -> Edit:
    """Each word is left out with this probability."""
    return lambda text, chance, _: " ".join(w for w in text.split() if chance.random() >= share)


def synonyms(share: float) -> Edit:
    """Each word of four letters or more is replaced, with this probability, by one of other texts."""

    def edit(text: str, chance: random.Random, others: Sequence[str]) -> str:
        words = [word for other in others for word in other.split() if len(word) >= MEANING] or ["something"]
        return " ".join(
            chance.choice(words) if len(word) >= MEANING and chance.random() < share else word
            for word in text.split()
        )

    return edit


def typing_errors(share: float) -> Edit:
    """Each letter is, with this probability, left out, doubled, replaced or exchanged with the next."""

    def edit(text: str, chance: random.Random, _: Sequence[str]) -> str:
        letters = list(text)
        place = 0
        while place < len(letters):
            if letters[place].isalnum() and chance.random() < share:
                match chance.randrange(4):
                    case 0:
                        letters[place] = ""
                    case 1:
                        letters[place] *= 2
                    case 2:
                        letters[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
                    case _ if place + 1 < len(letters):
                        letters[place], letters[place + 1] = letters[place + 1], letters[place]
                        place += 1
                    case _:
                        pass
            place += 1
        return "".join(letters)

    return edit


def beginning(share: float) -> Edit:
    """The first words, this share of all."""

    def edit(text: str, _: random.Random, __: Sequence[str]) -> str:
        words = text.split()
        return " ".join(words[: max(1, round(len(words) * share))])

    return edit


def _shuffled(text: str, chance: random.Random, _: Sequence[str]) -> str:
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    chance.shuffle(sentences)
    return " ".join(sentences)


def _homoglyphs(text: str, chance: random.Random, _: Sequence[str]) -> str:
    return "".join(one.translate(_HOMOGLYPHS) if chance.random() < 0.5 else one for one in text)


def _markdown(text: str, chance: random.Random, _: Sequence[str]) -> str:
    lines = [line for line in _SENTENCE.split(text) if line.strip()]
    marked = [" ".join(f"**{word}**" if chance.random() < 0.1 else word for word in line.split()) for line in lines]
    return "# Answer\n\n" + "\n".join(f"- {line}" for line in marked)


def _case(text: str, chance: random.Random, _: Sequence[str]) -> str:
    bare = re.sub(r"[^\w\s]", "", text)
    return bare.upper() if chance.random() < 0.5 else bare.lower()


def _synonyms_by_sentence(text: str, chance: random.Random, others: Sequence[str]) -> str:
    return "\n".join(synonyms(0.2)(part, chance, others) for part in _SENTENCE.split(text) if part.strip())


def _mixed(text: str, chance: random.Random, others: Sequence[str]) -> str:
    parts = [
        words_dropped(0.1)(part, chance, others) for part in _synonyms_by_sentence(text, chance, others).split("\n")
    ]
    return _shuffled("\n".join(parts), chance, others)


EDITS: dict[str, Edit] = {
    "exact": lambda text, _, __: text,
    "homoglyphs on half of the letters": _homoglyphs,
    "markdown": _markdown,
    '"Sure!" in front': lambda text, _, __: "Sure! " + text,
    "case and punctuation": _case,
    "sentences shuffled": _shuffled,
    "20 % of words dropped": words_dropped(0.2),
    "30 % synonyms": synonyms(0.3),
    "first three quarters": beginning(0.75),
    "first half": beginning(0.5),
    "followed by another text": lambda text, _, others: text + "\n\n" + others[0],
    "preceded by three other texts": lambda text, _, others: "\n\n".join([*others[:3], text]),
    "first quarter": beginning(0.25),
    "30 % of words dropped": words_dropped(0.3),
    "10 % typing errors": typing_errors(0.1),
    "50 % synonyms": synonyms(0.5),
    "20 % synonyms, 10 % dropped, shuffled": _mixed,
}
