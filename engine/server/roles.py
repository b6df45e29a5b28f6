"""Who may do what: permissions, and the roles that have them."""

from typing import Literal, get_args

Role = Literal["author", "auditor", "reviewer", "admin", "platform"]
ROLES: tuple[Role, ...] = get_args(Role)

Permission = Literal[
    "decide",
    "record",
    "metrics",
    "decisions:read",
    "terms:read",
    "terms:write",
    "terms:activate",
    "files:read",
    "files:write",
    "audits:read",
    "audits:run",
    "findings:read",
    "findings:review",
    "findings:suppress",
    "findings:export",
    "keys:manage",
    "webhooks:manage",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_READS: frozenset[Permission] = frozenset(
    {"decisions:read", "terms:read", "files:read", "audits:read", "findings:read", "findings:export"}
)
MAY: dict[Role, frozenset[Permission]] = {
    "author": frozenset({"terms:read", "terms:write"}),
    "auditor": _READS | {"files:write", "audits:run"},
    "reviewer": _READS | {"findings:review"},
    "admin": _READS | {"metrics", "terms:activate", "findings:suppress", "keys:manage", "webhooks:manage"},
    "platform": frozenset({"decide", "record", "metrics", "terms:read"}),
}
"""What each role may do. An administrator gives out keys, and does no other role's work."""


def permitted(roles: frozenset[str], scopes: frozenset[str]) -> frozenset[str]:
    """What somebody with these roles may do; scopes, if there are any, allow nothing beyond themselves."""
    allowed = frozenset(one for role in ROLES if role in roles for one in MAY[role])
    return allowed & scopes if scopes else allowed
