"""Twenty conditions without memory: the monitor's generated function beside other policy engines, in one process."""

import json
import time
from collections.abc import Callable, Iterator

from plainterms.engine.events import Event
from plainterms.engine.plan import plan
from plainterms.engine.stream.evaluator import Evaluator
from plainterms.engine.stream.limits import Limits
from plainterms.policy.check import check
from plainterms.policy.files import Texts
from plainterms.policy.parse import parse

ROUNDS = 2_000
FIELDS = {
    "country": "DE",
    "surface": "api",
    "operation": "chat",
    "user_agent": "python-sdk/2.1",
    "purpose": "support",
}
VALUES = [(field, value) for field in FIELDS for value in ("KP", "consumer", "embeddings", "curl")]
"""The field and the value of each of the twenty conditions, none of which is true."""


def peers() -> Iterator[str]:
    """Lines of Markdown: the median time of one decision over twenty conditions; who does not import is named."""
    yield f"Twenty conditions without memory, median of {ROUNDS:,} decisions in this process:"
    yield ""
    yield "| engine | microseconds | ratio |"
    yield "|---|---|---|"
    own = _median(_ours())
    yield f"| Plainterms, generated function | {own:.2f} | 1 |"
    missing: list[str] = []
    for name, make in (("cedarpy, parsed policy set", _cedar), ("CEL in Rust", _cel), ("regorus", _rego)):
        try:
            ask = make()
        except ImportError as error:
            missing.append(f"{name} ({error.name})")
            continue
        theirs = _median(ask)
        yield f"| {name} | {theirs:.2f} | {theirs / own:.0f} |"
    if missing:
        yield ""
        yield f"Not installed here: {', '.join(missing)}."


def _median(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter_ns()
        ask()
        times.append(time.perf_counter_ns() - begun)
    return sorted(times)[ROUNDS // 2] / 1_000


def _ours() -> Callable[[], object]:
    clauses = "".join(
        f'clause c{number} "C"\n    for each account\n    prohibits any request where {field} is "{value}"\n'
        for number, (field, value) in enumerate(VALUES)
    )
    policy = check(parse(f'terms "T"\n    version "1"\n    timezone "UTC"\n{clauses}'), Texts({}))
    sheet = Evaluator(plan([policy]), {}, Limits()).sheet
    pair = [Event(str(number), 0, "request", FIELDS) for number in range(2)]
    turns = iter(pair * ROUNDS)
    return lambda: sheet.of(next(turns))


def _cedar() -> Callable[[], object]:
    import cedarpy

    text = "permit(principal, action, resource);\n" + "\n".join(
        f'forbid(principal, action, resource) when {{ context.{field} == "{value}" }};' for field, value in VALUES
    )
    policies, entities = cedarpy.PolicySet.from_str(text), cedarpy.Entities.from_json_str("[]")
    request = {
        "principal": 'Account::"a"',
        "action": 'Action::"request"',
        "resource": 'Model::"m"',
        "context": FIELDS,
    }
    return lambda: cedarpy.is_authorized(request, policies, entities)


def _cel() -> Callable[[], object]:
    import cel

    source = " || ".join(f'{field} == "{value}"' for field, value in VALUES)
    program = cel.compile(source)
    return lambda: program.execute(FIELDS)


def _rego() -> Callable[[], object]:
    import regorus

    engine = regorus.Engine()
    rules = "\n".join(f'deny if input.{field} == "{value}"' for field, value in VALUES)
    engine.add_policy("t.rego", f"package t\nimport rego.v1\n{rules}")

    def ask() -> object:
        engine.set_input_json(json.dumps(FIELDS))
        return engine.eval_rule("data.t.deny")

    return ask
