"""Terms of the kind that may sleep: counts, values and totals that need some events to come together."""

from plainterms.engine.plan import Plan, plan
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse
from tests.agreement.dice import Dice
from tests.agreement.logs import Clerk

HEADER = """terms "T" version "1" in force from 2026-04-04 timezone "Asia/Kolkata"
event incident has reference: text, grade: number from -2 to 3
event review has reference: text, thorough: yes/no, score: number, grade: number from -2 to 3
list shared is "d0", "p1"
list list0 is "a", "pro", "DE"
"""
DAY = 20_547
"""2026-04-04, in days since 1970."""

SUBJECTS = (
    "for each account",
    "for each account",
    "for each api_key",
    "for each country",
    "for each organisation",
    "for each group of accounts sharing payment_fingerprint",
    "for each group of accounts sharing device or country",
    "for each group of accounts sharing payment_fingerprint ignoring shared",
    "for the whole service",
)
EVENTS = (
    "request",
    "request",
    "request",
    'request where status is "failure"',
    "request where country is in list0",
    "request where output_tokens >= 2",
    "request where prompt matches /a/",
    "request where model is missing",
    'request where organisation is not "o2"',
)
WINDOWS = ("within 1 day", "within 1 hour", "within 2 hours", "per calendar day", "within 3 days")
FIELDS = ("country", "device", "model", "email.domain", "time.hour", "organisation")
EXCEPTIONS = (
    "",
    "",
    'except e1 "x" when country is "DE"',
    'except e1 "x" when organisation is "o1" unless model is "m1"',
)
CURES = ("", "", "", "cure within 1 hour after notice")


def clause(dice: Dice, number: int) -> str:
    """One clause."""
    events, bound = dice.choice(EVENTS), f"{dice.choice(('at least', 'more than'))} {dice.randint(1, 6)}"
    measures = " together with ".join(_measure(dice, events, bound) for _ in range(dice.choice((1, 1, 1, 2))))
    sections = (dice.choice(SUBJECTS), f"prohibits {measures}", dice.choice(EXCEPTIONS), dice.choice(CURES))
    return "\n    ".join((f'clause c{number} "C"', *(one for one in sections if one))) + "\n"


def _measure(dice: Dice, events: str, bound: str) -> str:
    window, field = dice.choice(WINDOWS), dice.choice(FIELDS)
    total = dice.choice(("output_tokens", "input_tokens"))
    shapes = (
        f"{bound} {events} {window}",
        f"{bound} {events} {window}",
        f"{bound} different {field} in {events} {window}",
        f"{bound} total {total} in {events} {window}",
        f"at least 40% of request being {events} {window}",
        f"at least 50% of {events} sharing one {field} {window}",
    )
    return dice.choice(shapes)


def terms(dice: Dice) -> tuple[Plan, Plan]:
    """A plan, and one with a clause more."""
    clauses = [clause(dice, number) for number in range(dice.choice((1, 2, 3, 4)))]
    one, more = (HEADER + "".join(known) for known in (clauses, [*clauses, clause(dice, 77)]))
    return planned(one), planned(more)


def planned(text: str) -> Plan:
    """The plan of a text."""
    return plan([check(parse(text), Texts({}))])


def clerk(dice: Dice, of: Plan) -> Clerk:
    """Who writes logs for a plan."""
    return Clerk(dice, of, DAY, "Asia/Kolkata")
