"""The story behind the example logs: who calls Acme's models between March and May 2026, and what they ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

MODELS = ("acme-large", "acme-small")
FLEET = tuple(f"acct-{number}" for number in range(4101, 4107))
"""Six accounts paid for with one card, each with 26 requests a day: few enough to stay below a bound for one."""

JUDGE, SUITE, BURST, EMBARGOED, SHARED, ENDED, RETURNED, SLOW = (
    "acct-5001", "acct-6001", "acct-7001", "acct-7002", "acct-7003", "acct-7004", "acct-4107", "acct-7005",
)  # fmt: skip
USERS = tuple(f"acct-{number}" for number in range(1001, 1031))
COUNTRIES = ("DE", "FR", "US", "JP", "BR", "IN", "KE", "PL")

SUBJECTS = ("photosynthesis", "tax law", "sorting", "the Hanseatic League", "vaccines", "tides", "sonnets", "enzymes")
ADJECTIVES = ("short", "careful", "plain", "lively", "sober", "detailed")
QUESTIONS = (
    "Could you explain {subject} to a ten-year-old?",
    "I have to write a {adjective} letter to my landlord about the heating. Where do I begin?",
    "What is the difference between {subject} and {other}?",
    "Please fix the grammar: 'Me and him goes to school {number} times.'",
    "Suggest three titles for a {adjective} talk about {subject}.",
    "My train leaves at {number} past nine and takes two hours. When do I arrive?",
)
HARVEST = (
    "Task {number}: solve step by step and write out the full reasoning before the answer. Topic: {subject}.",
    "Task {number}: write a {adjective} question and its model answer about {subject} as a JSON object.",
)
GRADING = (
    "Rate the following answer about {subject} from 1 to 10 and reply with the number only. Answer {number}: {other}"
)
SENTENCES = (
    "The main point about {subject} is that it is easier to see in small steps.",
    "Consider case {number} first, because it leaves the least room for doubt.",
    "A {adjective} account would also mention {other}, which is often forgotten.",
    "From this follows what was asked, and the result can be checked by hand.",
    "Most textbooks give {number} as the usual figure, though sources differ.",
)


@dataclass(frozen=True)
class Call:
    """One request to a model and its answer."""

    number: int
    time: datetime
    account: str
    prompt: str
    output: str
    model: str
    country: str
    seconds: float

    @property
    def end(self) -> datetime:
        """When the answer was complete."""
        return self.time + timedelta(seconds=self.seconds)

    @property
    def input_tokens(self) -> int:
        """About four characters to a token."""
        return len(self.prompt) // 4 + 3

    @property
    def output_tokens(self) -> int:
        """About four characters to a token."""
        return len(self.output) // 4 + 1


class Teller:
    """Makes calls, always the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a story, not a secret
        self.number = seed * 10_000

    def fill(self, text: str) -> str:
        """A template with its gaps filled."""
        subject, other = self.random.sample(SUBJECTS, 2)
        number, adjective = self.random.randrange(2, 60), self.random.choice(ADJECTIVES)
        return text.format(subject=subject, other=other, number=number, adjective=adjective)

    def call(self, time: datetime, account: str, template: str, country: str = "", model: str = "") -> Call:
        """One call."""
        self.number += 1
        output = " ".join(self.fill(text) for text in self.random.sample(SENTENCES, 3))
        return Call(
            self.number,
            time,
            account,
            self.fill(template),
            "7" if template is GRADING else output,
            model or self.random.choice(MODELS),
            country or COUNTRIES[sum(map(ord, account)) % len(COUNTRIES)],
            self.random.randrange(400, 9000) / 1000,
        )

    def day(self, date: datetime, account: str, count: int, *templates: str) -> Iterator[Call]:
        """Some calls spread over one day."""
        for second in sorted(self.random.sample(range(86_400), count)):
            moment = date + timedelta(seconds=second, milliseconds=self.random.randrange(1000))
            yield self.call(moment, account, self.random.choice(templates))


def date(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of 2026, in UTC."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def ordinary(teller: Teller, count: int) -> Iterator[Call]:
    """Calls of ordinary users between March and May."""
    for _ in range(count):
        moment = date(3, 1) + timedelta(seconds=teller.random.randrange(86_400 * 90))
        yield teller.call(moment, teller.random.choice(USERS), teller.random.choice(QUESTIONS))


def gateway() -> list[Call]:
    """Through the gateway: the fleet on two days, among ordinary users."""
    teller = Teller(1)
    fleet = [
        call for day in (14, 15) for account in FLEET for call in teller.day(date(4, day), account, 26, *HARVEST)
    ]
    return ordered([*fleet, *ordinary(teller, 60)])


def application() -> list[Call]:
    """Through the chat application: an account that has answers graded all day, among ordinary users."""
    teller = Teller(2)
    graded = [*teller.day(date(4, 21), JUDGE, 110, GRADING), *teller.day(date(4, 21), JUDGE, 10, *QUESTIONS)]
    return ordered([*graded, *ordinary(teller, 80)])


def cloud() -> list[Call]:
    """Through the cloud: an evaluation suite that asks the same again and again, and may."""
    teller = Teller(3)
    suite = [
        call for day in (5, 12, 19) for call in teller.day(date(5, day), SUITE, 40, GRADING, HARVEST[0], HARVEST[1])
    ]
    return ordered([*suite, *ordinary(teller, 40)])


def direct() -> list[Call]:
    """Straight to the service: a burst, an embargoed country, a shared key, and use after the end."""
    teller = Teller(4)
    burst = [teller.call(date(3, 18, 10) + timedelta(milliseconds=650 * n), BURST, QUESTIONS[0]) for n in range(75)]
    places = [("DE", 0), ("US", 9), ("JP", 21), ("BR", 40)]
    shared = [teller.call(date(4, 9, 14, minute), SHARED, QUESTIONS[1], country) for country, minute in places]
    return ordered([
        *burst,
        *shared,
        teller.call(date(3, 27, 6, 12), EMBARGOED, QUESTIONS[2], "KP"),
        teller.call(date(4, 16, 8), ENDED, QUESTIONS[3]),
        *teller.day(date(4, 28), RETURNED, 12, *HARVEST),
        *ordinary(teller, 40),
    ])  # fmt: skip


def reseller() -> list[Call]:
    """Through a reseller, who writes a table of its own."""
    return ordered([*ordinary(Teller(5), 120)])


def ordered(calls: list[Call]) -> list[Call]:
    """Calls as a log holds them, by the time of their end."""
    return sorted(calls, key=lambda call: (call.end, call.number))
