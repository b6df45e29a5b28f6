"""Recognises the format of a file by how it begins."""

import re

LITELLM, OTEL, BEDROCK, JSONL, PARQUET, CSV = FORMATS = ("litellm", "otel", "bedrock", "jsonl", "parquet", "csv")
"""The names of the formats."""

_SIGNS = (
    (OTEL, re.compile(rb'"resource(Spans|Logs|Metrics)"\s*:')),
    (BEDROCK, re.compile(rb'"schemaType"\s*:\s*"ModelInvocationLog"')),
    (LITELLM, re.compile(rb'"startTime"\s*:')),
)
_TABLE = re.compile(rb'"?[A-Za-z_][A-Za-z0-9_ .-]*"?[,;\t|]')


def container(start: bytes, given: str | None) -> str:
    """How the file holds its records: `parquet`, `csv` or `jsonl`."""
    if given in (JSONL, OTEL, BEDROCK):
        return JSONL
    if given in (PARQUET, CSV):
        return given
    if start.startswith(b"PAR1"):
        return PARQUET
    return CSV if _TABLE.match(start.removeprefix(b"\xef\xbb\xbf").lstrip()) else JSONL


def dialect(start: bytes) -> str:
    """Whose records a JSON file holds that begins with these bytes: `jsonl` where there is no sign of another."""
    return next((name for name, sign in _SIGNS if sign.search(start)), JSONL)


def is_litellm(names: list[str]) -> bool:
    """Whether a table with these column names is an export of LiteLLM's spend logs."""
    return {"request_id", "startTime"} <= set(names)
