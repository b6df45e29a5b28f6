"""The checker answers every document that can be read, and the reasoner never calls possible things impossible."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trees import documents

from plainterms.engine.conditions import World, truth_of
from plainterms.engine.events import Event
from plainterms.engine.registers import RegisterTable, Row
from plainterms.policy.check import check_collecting
from plainterms.policy.errors import render
from plainterms.policy.files import Texts
from plainterms.policy.format import format_document
from plainterms.policy.lint import lint
from plainterms.policy.meaning import (
    And,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    EventField,
    InList,
    IsTrue,
    KindIs,
    Missing,
    Not,
    Or,
    PartField,
    RegisterField,
)
from plainterms.policy.parse import parse
from plainterms.policy.reason import avoidable, possible, values_left
from plainterms.policy.schema import BUILT_IN, MILLION, Type
from plainterms.policy.syntax import Document

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(documents)
def test_every_document_is_answered(document: Document) -> None:
    text = format_document(document)
    tree = parse(text, "acme.terms")
    policy, problems = check_collecting(tree, Texts({}))
    for problem in problems:
        assert render(problem)
        assert 0 <= problem.span.start <= problem.span.end <= len(problem.text)
    if not problems:
        assert all(render(problem) for problem in lint(tree, policy, inline=True))


# ── The reasoner against all events of a small world ──────────────────────────────────────────────────────────────

COUNTRY, REGION = EventField("country", Type.TEXT), EventField("region", Type.TEXT)
TOKENS = EventField("output_tokens", Type.NUMBER, 0)
STREAMED = EventField("streamed", Type.YES_NO)
TIME = EventField("time", Type.TIME)
HOUR = PartField("hour", TIME, Type.NUMBER)
VERIFIED = RegisterField("account", "verified", Type.YES_NO, EventField("account", Type.TEXT), default=False)
HOURS = 3_600_000_000

WORLD = World({"account": RegisterTable("account", {"a": (Row(None, None, {"verified": True}),)})}, lambda *_: None)
EVENTS = [
    Event("e", hour * HOURS, kind, {"account": account, **country, **region, **tokens, **streamed})
    for kind in ("request", "sign_in")
    for hour in (0, 23)
    for account in ("a", "b")
    for country in ({}, {"country": "DE"}, {"country": "FR"}, {"country": "x"})
    for region, tokens, streamed in (
        ({}, {}, {}),
        ({"region": "DE"}, {"output_tokens": 0}, {"streamed": True}),
        ({"region": "FR"}, {"output_tokens": MILLION}, {"streamed": False}),
        ({"region": "x"}, {"output_tokens": MILLION + 1}, {"streamed": True}),
    )
    if kind == "request" or not (region or tokens or streamed)
]

values = st.sampled_from(["DE", "FR"])
amounts = st.sampled_from([-1, 0, 1, MILLION, MILLION + 1, 23 * MILLION, 24 * MILLION])
relations = st.sampled_from(["is", ">=", ">", "<=", "<"])
atoms: st.SearchStrategy[Condition] = st.one_of(
    st.builds(KindIs, st.sampled_from([("request",), ("sign_in",), ("request", "sign_in")])),
    st.builds(IsTrue, st.sampled_from([STREAMED, VERIFIED])),
    st.builds(Missing, st.sampled_from([COUNTRY, REGION, TOKENS, STREAMED, VERIFIED, TIME])),
    st.builds(
        lambda of, value: Compare(of, "is", Constant(value, Type.TEXT)), st.sampled_from([COUNTRY, REGION]), values
    ),
    st.builds(
        lambda of, relation, amount: Compare(of, relation, Constant(amount, Type.NUMBER)),
        st.sampled_from([TOKENS, HOUR]),
        relations,
        amounts,
    ),
    st.builds(lambda left, right: Compare(left, "is", right), *[st.sampled_from([COUNTRY, REGION])] * 2),
    st.builds(
        lambda of, listed, among: InList(of, tuple(sorted(listed)), among),
        st.sampled_from([COUNTRY, REGION]),
        st.sets(values, min_size=1),
        st.booleans(),
    ),
    st.builds(lambda value: ContainsAny(COUNTRY, (value,)), values),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=4).map(tuple)),
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(conditions)
def test_what_happens_is_possible(condition: Condition) -> None:
    truths = [truth_of(condition, event, WORLD) for event in EVENTS]
    assert possible(condition, BUILT_IN) or True not in truths
    assert avoidable(condition, BUILT_IN) or False not in truths
    left = values_left(COUNTRY, condition, BUILT_IN)
    seen = {event.get("country") for event, truth in zip(EVENTS, truths, strict=True) if truth} - {None}
    assert left is None or len(seen) <= left
