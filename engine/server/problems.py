"""Errors as problem documents (RFC 9457), and how each kind of error becomes one.

Nothing that a request said is repeated in them: no values, and no names but those that the service knows itself.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from plainterms.policy.errors import PlainTermsError

MEDIA_TYPE = "application/problem+json"
KINDS = "urn:plainterms:problem:"


class ProblemDocument(BaseModel):
    """What is wrong, as RFC 9457 says it."""

    type: str = Field(description="A name for this kind of problem, as a URN.")
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = Field(
        default=[], description="Each mistake with its place, where there are several."
    )


class Problem(Exception):  # noqa: N818 - it is the name of the standard
    """A request that cannot be answered as asked. ``kind`` names it; ``errors`` are mistakes with their places."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors = errors or []
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """The document."""
        told = {
            "type": f"{KINDS}{self.kind}",
            "title": self.kind.replace("-", " "),
            "status": self.status,
            "detail": self.detail,
        }
        return orjson.dumps({**told, "errors": self.errors} if self.errors else told)

    def response(self) -> Response:
        """The document as an answer."""
        return Response(self.body(), self.status, self.headers, MEDIA_TYPE)


def not_found(what: str) -> Problem:
    """There is no such thing in the caller's organisation."""
    return Problem(404, "not-found", f"there is no such {what}")


def conflict(detail: str) -> Problem:
    """Things are not in the state in which this could be done."""
    return Problem(409, "conflict", detail)


def unusable(detail: str, errors: list[dict[str, Any]] | None = None) -> Problem:
    """What was sent is understood, and cannot be used."""
    return Problem(422, "unusable", detail, errors)


def handle(app: FastAPI) -> None:
    """Answer every error with a problem document."""

    async def problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response()

    async def http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        return Problem(error.status_code, kind, "", headers=error.headers).response()

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        known = request.app.state.names
        errors = [
            {"place": _place(one["loc"], known), "message": MESSAGES.get(one["type"], WRONG)}
            for one in error.errors()
        ]
        return Problem(422, "invalid", "the request is not as the description of this API says", errors).response()

    async def refused(_request: Request, error: Exception) -> Response:
        return unusable(str(error)).response()

    async def defect(_request: Request, _error: Exception) -> Response:
        return Problem(500, "internal-error", "this is a defect of the service").response()

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(Exception, defect)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(PlainTermsError, refused)


WRONG = "it has another form than this API takes"
MESSAGES = {
    "missing": "it is required",
    "extra_forbidden": "there is no such field",
    "json_invalid": "it is no JSON",
    "string_type": "it must be text",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "bool_type": "it must be true or false",
    "list_type": "it must be a list",
    "dict_type": "it must be an object",
    "model_attributes_type": "it must be an object",
    "string_too_short": "it is too short",
    "string_too_long": "it is too long",
    "string_pattern_mismatch": "it has characters that it may not have, or another form",
    "literal_error": "it is none of the values that this API takes",
    "enum": "it is none of the values that this API takes",
    "greater_than_equal": "it is too small",
    "less_than_equal": "it is too large",
}
"""What is said of each type of mistake that pydantic finds; its own messages may repeat what was sent."""


def _place(location: tuple[Any, ...], known: frozenset[str]) -> str:
    """Where a mistake lies; names that are not the service's own are not repeated."""
    return "/".join(str(one) if isinstance(one, int) or one in known else "…" for one in location)
