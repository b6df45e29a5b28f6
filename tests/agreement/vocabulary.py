"""The small world of the generated cases: few values, so that they meet; what kinds and registers hold."""

from plainterms.policy import syntax
from plainterms.policy.schema import MILLION
from plainterms.policy.syntax import Duration, FieldDeclaration, Name, Number, Text, YesNo

# ── Fields of events, by type, with the values that logs use

TEXTS: dict[str, tuple[str, ...]] = {
    "account": ("a", "b", "c", "ä"),
    "organisation": ("o1", "o2"),
    "end_user": ("u1", "u2", "o1"),
    "model": ("m1", "m2"),
    "country": ("DE", "FR", "IR"),
    "device": ("d0", "d1", "d2"),
    "payment_fingerprint": ("p1", "p2", "d1"),
    "email": ("ann@example.org", "Bob@Example.ORG", "c@d@other.net", "nobody", "x@"),
    "plan": ("free", "pro"),
    "status": ("success", "failure"),
    "prompt": (
        "what is the capital of it",
        "What is the capital of it",
        "tell me 3 things about them all please",
        "tell me 44 things about them all please",
        "rate this answer",
        "x",
    ),
    "reason": ("fraud", "spam"),
    "reference": ("I-1", "I-2"),
    "scope": ("all", "part"),
}
NUMBERS: dict[str, tuple[int, ...]] = {
    "input_tokens": (0, 1, MILLION, 2 * MILLION, 2_500_000),
    "output_tokens": (0, MILLION, 3 * MILLION),
    "grade": (-2 * MILLION, -1, 0, MILLION, 3 * MILLION),
    "score": (-MILLION, 0, 500_000, 2 * MILLION),
}
YES_NO = ("streamed", "thorough")
LISTS: dict[str, tuple[str, ...]] = {"tools": ("search", "code", "search box")}

COMMON = ("account", "organisation", "end_user", "model", "country", "device", "payment_fingerprint", "email")
KINDS: dict[str, tuple[str, ...]] = {
    "request": ("plan", "status", "prompt", "input_tokens", "output_tokens", "streamed", "tools"),
    "sign_in": (),
    "suspension": ("reason",),
    "authorisation": ("scope", "reference"),
    "notice": ("reference",),
    "incident": ("reference", "grade"),
    "review": ("grade", "reference", "thorough", "score"),
}
ENTITY_KEYS = ("account", "organisation", "end_user", "model")

# ── What the documents declare beside what is built in

DECLARATIONS: tuple[syntax.Item, ...] = (
    syntax.Event(
        Name("incident"),
        (
            FieldDeclaration(Name("reference"), "text"),
            FieldDeclaration(Name("grade"), "number", Number(-2 * MILLION), Number(3 * MILLION)),
        ),
    ),
    syntax.Event(
        Name("review"),
        (
            FieldDeclaration(Name("reference"), "text"),
            FieldDeclaration(Name("thorough"), "yes/no"),
            FieldDeclaration(Name("score"), "number"),
            FieldDeclaration(Name("grade"), "number", Number(-2 * MILLION), Number(3 * MILLION)),
        ),
    ),
    syntax.Register(
        Name("account"),
        None,
        (
            FieldDeclaration(Name("tier"), "text", default=Text("free")),
            FieldDeclaration(Name("counsel"), "yes/no", default=YesNo(True)),
            FieldDeclaration(Name("quota"), "number", Number(MILLION), Number(3 * MILLION)),
            FieldDeclaration(Name("floor"), "number"),
            FieldDeclaration(Name("part"), "percent", syntax.Percent(25 * MILLION), syntax.Percent(75 * MILLION)),
            FieldDeclaration(Name("grace"), "duration", default=Duration(1, "hour")),
        ),
    ),
    syntax.Register(
        Name("home"),
        Name("end_user"),
        (FieldDeclaration(Name("fingerprint"), "text"), FieldDeclaration(Name("trusted"), "yes/no")),
    ),
)

REGISTERS: dict[str, dict[str, tuple[object, ...]]] = {
    "account": {
        "tier": ("free", "pro"),
        "counsel": (True, False),
        "verified": (True, False),
        "billing_country": ("DE", "FR"),
        "payment_fingerprint": ("p1", "p2"),
        "seats": (0, MILLION, 2 * MILLION),
        "quota": (MILLION, 2 * MILLION, 2_000_001, 3 * MILLION),
        "floor": (-MILLION, MILLION, 2 * MILLION),
        "part": (25 * MILLION, 50 * MILLION, 75 * MILLION),
        "authorisations": (("search",), ("search", "code"), ()),
        "email": ("ann@example.org", "nobody"),
        "created_at": (),
    },
    "organisation": {
        "verified": (True, False),
        "headquarters_country": ("DE", "FR"),
        "plan": ("free", "pro"),
        "allowance": (0, 2 * MILLION, 4 * MILLION),
        "created_at": (),
    },
    "model": {"frontier": (True, False), "family": ("DE", "free"), "released_at": ()},
    "home": {"fingerprint": ("p1", "d1"), "trusted": (True, False)},
}
"""Register -> field -> values; times have none, logs choose them near their events."""

QUESTIONS = ("is it fine?", "is it a competitor?")
DURATIONS = (
    Duration(1, "second"),
    Duration(10, "minute"),
    Duration(1, "hour"),
    Duration(90, "minute"),
    Duration(1, "day"),
    Duration(36, "hour"),
    Duration(1, "week"),
)
BACK_OVER_MIDNIGHT = ("America/St_Johns", "2006-10-29")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
)
DAYS = (
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-10-25",
    "2026-11-01",
    "2026-12-31",
    "2026-03-01",
    "2026-06-30",
    "2006-10-29",
)
"""Days on which clocks change in one of the zones, or a week, month, quarter or year ends."""
