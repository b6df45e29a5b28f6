"""Plainterms: audit API usage logs against terms of service written in the Terms language.

Names are imported when they are first used, so that `import plainterms` costs an embedding platform nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plainterms.engine.audit import Request, audit
    from plainterms.engine.events import Event, Period
    from plainterms.engine.findings import Finding, Result
    from plainterms.engine.plan import Plan, plan
    from plainterms.engine.report.model import Report
    from plainterms.engine.stream.decisions import Decision
    from plainterms.engine.stream.limits import Limits
    from plainterms.engine.stream.monitor import Monitor
    from plainterms.policy.check import check
    from plainterms.policy.errors import PlainTermsError, TermsErrors
    from plainterms.policy.format import format_document
    from plainterms.policy.load import load
    from plainterms.policy.meaning import Policy
    from plainterms.policy.parse import parse

__all__ = [
    "Decision",
    "Event",
    "Finding",
    "Limits",
    "Monitor",
    "Period",
    "PlainTermsError",
    "Plan",
    "Policy",
    "Report",
    "Request",
    "Result",
    "TermsErrors",
    "audit",
    "check",
    "format_document",
    "load",
    "parse",
    "plan",
]

_HOMES = {
    "Decision": "engine.stream.decisions",
    "Event": "engine.events",
    "Finding": "engine.findings",
    "Limits": "engine.stream.limits",
    "Monitor": "engine.stream.monitor",
    "Period": "engine.events",
    "Plan": "engine.plan",
    "PlainTermsError": "policy.errors",
    "Policy": "policy.meaning",
    "Report": "engine.report.model",
    "Request": "engine.audit",
    "Result": "engine.findings",
    "TermsErrors": "policy.errors",
    "audit": "engine.audit",
    "check": "policy.check",
    "format_document": "policy.format",
    "load": "policy.load",
    "parse": "policy.parse",
    "plan": "engine.plan",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `plainterms` has no attribute `{name}`")
    value = getattr(import_module(f"plainterms.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
