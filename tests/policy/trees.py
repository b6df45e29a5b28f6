"""Hypothesis strategies for every kind of tree that a document can have; the trees need not make sense."""

from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, booleans, builds, integers, just, lists, none, one_of, sampled_from

from plainterms.policy import syntax
from plainterms.policy.grammar import SOFT_WORDS, grammar
from plainterms.policy.literals import LARGEST

Strategy = SearchStrategy

WORDS = ("request", "requests", "account", "organisation", "prompt", "x", "été", "_a", "rate2", "requested", "notify")


def _not_reserved(word: str) -> bool:
    return not grammar().reserved(word)


def some(of: Strategy, least: int = 0, most: int = 3) -> Strategy:
    return lists(of, min_size=least, max_size=most).map(tuple)


def maybe(of: Strategy) -> Strategy:
    return one_of(none(), of)


words = one_of(
    sampled_from(WORDS),
    sampled_from(sorted(SOFT_WORDS)),
    st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(_not_reserved),
)
names = builds(syntax.Name, words)
parts = one_of(words, sampled_from(sorted(word for word in grammar().words if word.isalpha())))
paths = builds(lambda first, rest: syntax.Path((first, *rest)), words, some(parts, 0, 2))
plain_texts = one_of(
    st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=12),
    st.text(alphabet='ab "\\\n\t\r\u00a0\u2028“”#/', max_size=20),
    lists(
        sampled_from(["words", "of", "a", "contract", "\n", "clause", "prohibits", " ", "x" * 90]), max_size=40
    ).map(" ".join),
)
texts = builds(syntax.Text, plain_texts)
millionths = one_of(
    integers(-LARGEST, LARGEST),
    integers(0, 100).map(lambda whole: whole * 1_000_000),
    integers(-9_999_999, 9_999_999),
)
numbers = builds(syntax.Number, millionths)
percents = builds(syntax.Percent, millionths)
days = integers(-719_162, 2_932_896)
dates = builds(syntax.Date, days)
times = builds(
    syntax.Time, one_of(integers(-62_135_596_800_000_000, 253_402_300_799_999_999), days.map(lambda d: d * 10**6))
)
durations = builds(
    syntax.Duration, one_of(integers(1, 40), integers(1, 10**7)), sampled_from(sorted(syntax.MICROSECONDS))
)
yes_nos = builds(syntax.YesNo, booleans())
pattern_sources = one_of(
    sampled_from([r"chain[- ]of[- ]thought", r"\b(rate|score)\b.{0,80}", r"a\/b", "#", '"', "“x”", "a b", r"\\"]),
    st.from_regex(r"(?:[a-z \"#.]|\\[/\\dws]){1,60}", fullmatch=True),
)
patterns = builds(syntax.Pattern, pattern_sources, sampled_from(["", "i", "s", "is"]))
values = one_of(texts, numbers, percents, dates, times, durations, yes_nos, paths)
field_refs = one_of(paths, builds(syntax.PathAsOf, paths, days))
lengths = one_of(durations, durations, paths)

# ── Conditions and events ─────────────────────────────────────────────────────────────────────────────────────────

tests = one_of(
    builds(syntax.Truth, field_refs),
    builds(syntax.Equal, field_refs, values, booleans()),
    builds(syntax.Ordered, field_refs, sampled_from(get_args(syntax.Order)), values),
    builds(syntax.IsIn, field_refs, names, booleans()),
    builds(syntax.IsMissing, field_refs, booleans()),
    builds(syntax.Elapsed, maybe(field_refs), lengths, field_refs),
    builds(syntax.Contains, field_refs, some(values, 1)),
    builds(syntax.Matches, field_refs, some(patterns, 1)),
    builds(syntax.Resembles, field_refs, some(texts, 1)),
    builds(syntax.Appears, field_refs, texts, maybe(st.tuples(numbers, numbers))),
    builds(syntax.Judged, texts),
)
conditions = st.recursive(
    tests,
    lambda inner: one_of(
        builds(syntax.Either, some(inner, 2)), builds(syntax.Both, some(inner, 2)), builds(syntax.Negation, inner)
    ),
    max_leaves=6,
)
kinds = one_of(names, builds(syntax.BreachOf, paths))
links = builds(syntax.Link, sampled_from(["same", "different"]), paths)
selections = builds(syntax.Selection, kinds, some(links, 0, 2), maybe(conditions))
sequences = builds(syntax.Sequence, selections, lengths, selections)
events = one_of(selections, selections, sequences)

# ── Measures ──────────────────────────────────────────────────────────────────────────────────────────────────────

comparators = sampled_from(get_args(syntax.Comparator))
amounts = one_of(numbers, percents, paths)
quantities = one_of(events, builds(syntax.Different, paths, events), builds(syntax.Total, paths, events))
bounds = one_of(
    builds(syntax.Any, events),
    builds(syntax.Counted, comparators, amounts, quantities, maybe(paths)),
    builds(syntax.ShareBeing, comparators, amounts, events, events),
    builds(syntax.ShareSharing, comparators, amounts, events, paths),
)
windows = one_of(
    builds(syntax.Sliding, lengths),
    builds(syntax.After, lengths, events),
    builds(syntax.Before, lengths, events),
    builds(syntax.PerCalendar, sampled_from(get_args(syntax.CalendarUnit))),
)
measures = builds(syntax.Measure, bounds, maybe(windows))

# ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────

cures = builds(syntax.Cure, lengths)
subjects = one_of(
    builds(syntax.ForEach, paths),
    builds(syntax.ForEachGroup, names, some(paths, 1), maybe(names)),
    just(syntax.ForWholeService()),
)
actions = builds(syntax.Action, names, maybe(texts))
settings = one_of(builds(syntax.Setting, paths, some(values)), builds(syntax.SettingDifferent, paths))
moments = one_of(dates, times)
given = one_of(
    builds(syntax.Given, numbers, names, some(settings), maybe(moments)),
    builds(syntax.Given, numbers, names, some(settings), maybe(moments), durations),
    builds(syntax.Given, numbers, names, some(settings), maybe(moments), none(), durations),
)
examples = builds(syntax.Example, one_of(names, just(syntax.Name("breach"))), texts, some(given), maybe(moments))
single_sections = st.tuples(
    maybe(subjects),
    maybe(builds(syntax.Prohibits, some(measures, 1))),
    maybe(builds(syntax.Permits, measures)),
    maybe(builds(syntax.Requires, measures)),
    maybe(builds(syntax.Severity, names)),
    maybe(builds(syntax.OnBreach, some(actions, 1))),
    maybe(cures),
)
repeated_sections = one_of(
    builds(syntax.Cites, texts, maybe(texts)),
    builds(syntax.Exception_, names, texts, conditions, maybe(conditions)),
    builds(syntax.Note, texts),
    examples,
)


def _shuffled(single: Strategy, repeated: Strategy) -> Strategy:
    present = st.tuples(single, some(repeated)).map(lambda pair: [*filter(None, pair[0]), *pair[1]])
    return present.flatmap(st.permutations).map(tuple)


clauses = builds(syntax.Clause, names, texts, _shuffled(single_sections, repeated_sections))

# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

head_parts = st.tuples(
    maybe(builds(syntax.Version, texts)),
    maybe(builds(syntax.Published, dates)),
    maybe(builds(syntax.InForce, dates, maybe(dates))),
    maybe(just(syntax.AppliesOnAcceptance())),
    maybe(builds(syntax.PrevailsOver, some(texts, 1))),
    maybe(builds(syntax.Timezone, texts)),
    maybe(builds(syntax.Source, texts)),
    maybe(cures),
)
heads = builds(syntax.Head, texts, _shuffled(head_parts, none()).map(lambda found: tuple(filter(None, found))))
ranges = one_of(st.tuples(none(), none()), st.tuples(values, values))
plain_types = sampled_from(["text", "yes/no", "time", "duration", "list of text"])
fields = one_of(
    builds(syntax.FieldDeclaration, names, plain_types, none(), none(), maybe(values), booleans()),
    builds(
        lambda name, kind, limits, default, after: syntax.FieldDeclaration(name, kind, *limits, default, after),
        names,
        sampled_from(["number", "percent"]),
        ranges,
        maybe(values),
        booleans(),
    ),
)
items = one_of(
    builds(syntax.Use, texts, some(builds(syntax.Argument, names, values))),
    builds(syntax.Incorporates, texts, maybe(names), some(builds(syntax.Renaming, names, names)), maybe(conditions)),
    builds(syntax.Let, names, values),
    builds(syntax.ListOfValues, names, some(values, 1, 30), booleans()),
    builds(syntax.ListFromFile, names, texts, texts, booleans()),
    builds(syntax.Event, names, some(fields)),
    builds(syntax.Register, names, maybe(names), some(fields, 1)),
    builds(syntax.DefineEvent, names, one_of(events, builds(syntax.AnyOf, some(names, 1)))),
    builds(syntax.DefineCondition, names, conditions),
    clauses,
)
documents = builds(syntax.Document, maybe(heads), some(items, 0, 4))
