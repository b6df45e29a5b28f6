"""How alike two texts are, as whole numbers that come out the same on every machine."""

from dataclasses import asdict, dataclass

from plainterms.engine.matching.profiles import GRAM, LONGEST, Profile, of_prompt


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares are in thousandths, rounded down; runs of words leave out what stands in a prompt.

    ``letters``: runs of five letters that both have, of all; ``letters_within``: of those of the shorter text;
    ``words_within``: runs of five words that both have, of those of the shorter; ``pairs_within``: pairs of words in
    order, at most four apart, that both have, of those of the text with fewer; ``alignment``: twice the longest
    common subsequence of words, of the words of both; ``edits``: letters that stay when one is edited into the other;
    ``run``: words of the longest common run; ``matched``: words of the first text in common runs of five;
    ``shorter``: words outside the prompt of the shorter text.
    """

    letters: int = 0
    letters_within: int = 0
    words_within: int = 0
    pairs_within: int = 0
    alignment: int = 0
    edits: int = 0
    run: int = 0
    matched: int = 0
    shorter: int = 0

    def as_dict(self) -> dict[str, int]:
        """The scores by name."""
        return asdict(self)


def scores(output: Profile, sample: Profile, prompt: frozenset[int]) -> Scores:
    """Compare two texts; ``prompt`` are the runs of three words of the prompts of both."""
    own, its = of_prompt(output, prompt), of_prompt(sample, prompt)
    own_words, its_words = own.count(False), its.count(False)
    own_fives, its_fives = _fives(output, own), _fives(sample, its)
    common = own_fives & its_fives
    grams = len(output.grams & sample.grams)
    within = (output.grams, own_fives) if own_words <= its_words else (sample.grams, its_fives)
    run, matched = _runs(output.fives, common)
    return Scores(
        letters=_thousandths(grams, len(output.grams) + len(sample.grams) - grams),
        letters_within=_thousandths(grams, len(within[0])),
        words_within=_thousandths(len(common), len(within[1])),
        pairs_within=_thousandths(len(output.pairs & sample.pairs), min(len(output.pairs), len(sample.pairs))),
        alignment=_alignment(output, sample),
        edits=_edits(output, sample),
        run=run,
        matched=matched,
        shorter=min(own_words, its_words),
    )


def _thousandths(part: int, whole: int) -> int:
    return 1000 * part // whole if whole else 0


def _fives(profile: Profile, prompt: list[bool]) -> frozenset[int]:
    """The runs of five words that hold none of the prompt's."""
    if True not in prompt:
        return frozenset(profile.fives)
    barred = {at for place, asked in enumerate(prompt) if asked for at in range(place - GRAM + 1, place + 1)}
    return frozenset(five for at, five in enumerate(profile.fives) if at not in barred)


def _runs(fives: list[int], common: frozenset[int]) -> tuple[int, int]:
    """Words of the longest run, and of all runs, of which every five are common."""
    longest = run = matched = 0
    if common:
        for five in fives:
            run = run + 1 if five in common else 0
            matched += 0 if run == 0 else GRAM if run == 1 else 1
            longest = max(longest, run)
    return (longest + GRAM - 1 if longest else 0), matched


def _alignment(output: Profile, sample: Profile) -> int:
    from rapidfuzz.distance import LCSseq

    if max(len(output.words), len(sample.words)) > LONGEST:
        return 0
    return _thousandths(2 * LCSseq.similarity(output.words, sample.words), len(output.words) + len(sample.words))


def _edits(output: Profile, sample: Profile) -> int:
    from rapidfuzz.distance import Indel

    whole = len(output.letters) + len(sample.letters)
    if max(len(output.letters), len(sample.letters)) > LONGEST:
        return 0
    return _thousandths(whole - Indel.distance(output.letters, sample.letters), whole)
