"""What a clause may speak of: the kinds of events, their fields, and the registers of attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Type(StrEnum):
    """The type of a field, and how its values are held.

    ``text`` str; ``number`` and ``percent`` int in millionths; ``yes/no`` bool; ``time`` int, microseconds since
    1970-01-01T00:00Z; ``date`` int, days since 1970-01-01; ``duration`` int, microseconds; ``list of text`` tuple
    of str. A missing value is None.
    """

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    YES_NO = "yes/no"
    TIME = "time"
    DATE = "date"
    DURATION = "duration"
    LIST = "list of text"


MILLION = 1_000_000
"""Numbers are held as integers in millionths."""


@dataclass(frozen=True)
class Field:
    """A declared field.

    ``least`` and ``greatest`` are in millionths, None where unbounded. ``carriers`` names the log formats that hold
    the field. ``known_after`` marks what is not known before a request was answered.
    """

    name: str
    type: Type
    meaning: str
    unit: str = ""
    carriers: tuple[str, ...] = ()
    least: int | None = None
    greatest: int | None = None
    default: object = None
    known_after: bool = False


@dataclass(frozen=True)
class Register:
    """A table of attributes, one row (or one row for each span of dates) for each value of the ``key`` entity."""

    name: str
    key: str
    fields: Mapping[str, Field]
    meaning: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of event; ``fields`` are those it has beside the entity fields."""

    name: str
    fields: Mapping[str, Field]
    meaning: str = ""


@dataclass(frozen=True)
class Schema:
    """All that a document can name. One event field name has one type, whatever kind carries it."""

    kinds: Mapping[str, Kind]
    registers: Mapping[str, Register]
    entity_fields: Mapping[str, Field] = field(default_factory=dict)

    def event_fields(self) -> dict[str, Field]:
        """Every event field by name: ``id``, ``time``, the entity fields, and those of each kind."""
        found = dict(self.entity_fields)
        for kind in self.kinds.values():
            found.update(kind.fields)
        return found

    def fields_of(self, kind: str) -> dict[str, Field]:
        """The fields of one kind, entity fields included."""
        return {**self.entity_fields, **self.kinds[kind].fields}

    def with_kind(self, kind: Kind) -> "Schema":
        """This schema with a kind added."""
        return replace(self, kinds={**self.kinds, kind.name: kind})

    def with_register(self, register: Register) -> "Schema":
        """This schema with a register added, or an existing one extended by its fields."""
        known = self.registers.get(register.name)
        if known is not None:
            register = replace(known, fields={**known.fields, **register.fields})
        return replace(self, registers={**self.registers, register.name: register})


PARTS: Mapping[str, tuple[Type, Type, str]] = {
    "hour": (Type.TIME, Type.NUMBER, "hour of the day, 0 to 23, in the terms' timezone"),
    "date": (Type.TIME, Type.DATE, "calendar day in the terms' timezone"),
    "weekday": (Type.TIME, Type.TEXT, "`Monday` to `Sunday` in the terms' timezone"),
    "template": (Type.TEXT, Type.TEXT, "the text with numbers, quotes, names and long literals masked"),
    "length": (Type.TEXT, Type.NUMBER, "length in Unicode characters"),
    "domain": (Type.TEXT, Type.TEXT, "what follows the last `@`, in lower case; missing where there is none"),
}
"""Derived parts: name -> (type of the field it is taken from, type of the part, meaning)."""

ENTITIES = ("account", "organisation", "project", "api_key", "user", "end_user", "session", "model")
"""Entities a register may be keyed by."""

LITELLM, OTEL, BEDROCK = "litellm", "otel", "bedrock"


def _fields(*fields: Field) -> dict[str, Field]:
    return {entry.name: entry for entry in fields}


def _text(name: str, meaning: str, *carriers: str, known_after: bool = False) -> Field:
    return Field(name, Type.TEXT, meaning, carriers=carriers, known_after=known_after)


def _count(name: str, meaning: str, unit: str, *carriers: str, known_after: bool = False) -> Field:
    return Field(name, Type.NUMBER, meaning, unit, carriers, least=0, known_after=known_after)


def _yes_no(name: str, meaning: str, *carriers: str) -> Field:
    return Field(name, Type.YES_NO, meaning, carriers=carriers)


ENTITY_FIELDS = _fields(
    _text("id", "identifies the event; equal repetitions count once", LITELLM, OTEL, BEDROCK),
    Field(
        "time",
        Type.TIME,
        "when the event happened; of a request, when it was received",
        "",
        (LITELLM, OTEL, BEDROCK),
    ),
    _text("account", "who holds the contract or the login", LITELLM, OTEL, BEDROCK),
    _text("organisation", "the legal entity behind the account", LITELLM, OTEL),
    _text("project", "a workspace or team inside the organisation", LITELLM, OTEL),
    _text("api_key", "the credential used, hashed", LITELLM, OTEL),
    _text("user", "the person or service who acted inside the account", LITELLM, OTEL, BEDROCK),
    _text("end_user", "the customer of the account holder on whose behalf a request was made", LITELLM, OTEL),
    _text("session", "the conversation or trace", LITELLM, OTEL),
    _text("model", "the model asked for", LITELLM, OTEL, BEDROCK),
    _text("provider", "the company that serves the model", LITELLM, OTEL, BEDROCK),
    _text("ip", "the client's network address", LITELLM, OTEL),
    _text("asn", "the client's autonomous system"),
    _text("country", "the client's country, ISO 3166-1 alpha-2"),
    _text("user_agent", "the client program's name for itself", LITELLM, OTEL),
    _text("device", "a fingerprint of the client's device or TLS stack"),
    _text("payment_fingerprint", "a fingerprint of the means of payment"),
    _text("email", "the e-mail address used", OTEL),
)

REQUEST = Kind(
    "request",
    _fields(
        _text("channel", "`native`, `cloud`, `aggregator` or `gateway`"),
        _text("surface", "`api` or `consumer`"),
        _text("operation", "`chat`, `text_completion`, `embeddings`, …", LITELLM, OTEL, BEDROCK),
        _text("plan", "the subscription or price plan"),
        _text("region", "where the model ran", BEDROCK),
        _text("served_model", "the model that answered", LITELLM, OTEL, known_after=True),
        _count("input_tokens", "length of the input", "tokens", LITELLM, OTEL, BEDROCK, known_after=True),
        _count("output_tokens", "length of the output", "tokens", LITELLM, OTEL, BEDROCK, known_after=True),
        _count("cached_tokens", "part of the input read from a cache", "tokens", OTEL, known_after=True),
        _count("reasoning_tokens", "part of the output spent on reasoning", "tokens", OTEL, known_after=True),
        _count("spend", "price of the request", "as the log gives it", LITELLM, known_after=True),
        Field(
            "duration",
            Type.DURATION,
            "from receipt to the end of the answer",
            "",
            (LITELLM, OTEL),
            known_after=True,
        ),
        _text("status", "`success` or `failure`", LITELLM, OTEL, BEDROCK, known_after=True),
        _text("error", "the error's class or code", LITELLM, OTEL, BEDROCK, known_after=True),
        _yes_no("streamed", "whether the answer was streamed", OTEL, LITELLM),
        _count("temperature", "sampling temperature", "", LITELLM, OTEL, BEDROCK),
        _text("system_prompt", "the system instructions", LITELLM, OTEL, BEDROCK),
        _text("prompt", "the last user message", LITELLM, OTEL, BEDROCK),
        _text("conversation", "all messages of the request, one after another", LITELLM, OTEL, BEDROCK),
        _text("output", "the text of the answer", LITELLM, OTEL, BEDROCK, known_after=True),
        _text("modality", "`text`, `image`, `audio` or `video` output", OTEL),
        Field("tools", Type.LIST, "names of the tools offered to the model", "", (LITELLM, OTEL, BEDROCK)),
        Field("tags", Type.LIST, "labels the client or gateway attached", "", (LITELLM,)),
        _text("purpose", "the purpose the client declared for the request"),
    ),
    "a call to a model",
)

ACCOUNT_EVENTS = (
    Kind(
        "sign_in",
        _fields(_text("method", "how the person proved who they are"), _text("result", "`success` or `failure`")),
        "a person signed in",
    ),
    Kind(
        "suspension",
        _fields(_text("reason", "why the account was suspended or banned")),
        "an account was suspended or banned",
    ),
    Kind(
        "termination",
        _fields(_text("reason", "why the account was suspended or banned")),
        "an agreement ended",
    ),
    Kind(
        "acceptance",
        _fields(_text("document", "title of the terms"), _text("version", "their version")),
        "an account accepted a version of a document",
    ),
    Kind(
        "authorisation",
        _fields(_text("scope", "what was authorised"), _text("reference", "number of the letter or order form")),
        "a written authorisation was given",
    ),
    Kind(
        "notice",
        _fields(
            _text("about", "the name of the clause the notice is about"),
            _text("reference", "number of the letter or order form"),
        ),
        "notice of a breach was given",
    ),
)

BREACH = Kind(
    "breach",
    _fields(_text("severity", "severity of the clause: `low`, `medium`, `high` or `critical`")),
    "the opening of a finding of another clause, named by `breach of CLAUSE`; never a line of a log",
)

REGISTERS = (
    Register(
        "account",
        "account",
        _fields(
            Field("created_at", Type.TIME, "when the account was opened"),
            _text("email", "the address the account was opened with"),
            _text("name", "the holder's name"),
            _text("plan", "the subscription or price plan"),
            _text("programme", "education, research, start-up … under which the account was opened"),
            _text("billing_country", "ISO 3166-1 alpha-2"),
            _text("payment_fingerprint", "a fingerprint of the means of payment"),
            _text("purpose", "the purpose declared at sign-up"),
            _yes_no("verified", "whether the holder's identity was verified"),
            _yes_no("service_account", "whether the account is a service, not a person"),
            _yes_no("suspended", "whether the account is suspended"),
            _count("age", "the holder's age", "years"),
            _count("seats", "seats paid for", "persons"),
            _count("allowance", "agreed use in a calendar month", "tokens"),
            _count("rate_limit", "agreed rate", "requests per minute"),
            Field("authorisations", Type.LIST, "what the provider has authorised in writing"),
        ),
        "logins and contracts",
    ),
    Register(
        "organisation",
        "organisation",
        _fields(
            Field("created_at", Type.TIME, "when the organisation became a customer"),
            _text("name", "registered name"),
            _text("industry", "what the organisation does"),
            _text("purpose", "the purpose declared for the use"),
            _text("plan", "the subscription or price plan"),
            _text("programme", "education, research, start-up … under which it was admitted"),
            _text("billing_country", "ISO 3166-1 alpha-2"),
            _text("headquarters_country", "ISO 3166-1 alpha-2 of the organisation or its ultimate parent"),
            _text("domain", "its Internet domain"),
            _text("order_form", "number of the signed order form"),
            Field(
                "unsupported_ownership",
                Type.PERCENT,
                "share owned, directly or indirectly, from unsupported regions",
                "percent",
                least=0,
                greatest=100 * MILLION,
            ),
            Field(
                "sanctioned_ownership",
                Type.PERCENT,
                "share owned by sanctioned persons",
                "percent",
                least=0,
                greatest=100 * MILLION,
            ),
            _count("monthly_users", "monthly active users, affiliates included", "persons"),
            _count("monthly_revenue", "revenue in a month", "US dollars"),
            _count("allowance", "agreed use in a calendar month", "tokens"),
            _yes_no("verified", "whether the organisation's identity was verified"),
            _yes_no("competes_with_us", "whether it offers a competing product"),
            _yes_no("develops_models", "whether it trains models"),
            _yes_no("distributes_models", "whether it distributes or sells the models it trains"),
            _yes_no("reseller", "whether it resells the service"),
            _yes_no("bundled_service", "whether it offers the service only inside a product of its own"),
            _yes_no("business_associate_agreement", "whether an agreement on health data was signed"),
            _text("model_name", "name of the model it distributes"),
            Field("authorisations", Type.LIST, "what the provider has authorised in writing"),
        ),
        "legal entities",
    ),
    Register(
        "api_key",
        "api_key",
        _fields(
            Field("created_at", Type.TIME, "when the key was made"),
            Field("expires_at", Type.TIME, "when the key ceases to be valid"),
            _text("alias", "the key's name"),
            _text("owner", "the user the key was made for"),
            _yes_no("service_account", "whether the key belongs to a service, not a person"),
            _yes_no("blocked", "whether the key is blocked"),
            _count("rate_limit", "agreed rate", "requests per minute"),
        ),
        "credentials",
    ),
    Register(
        "model",
        "model",
        _fields(
            Field("released_at", Type.TIME, "when the model was first offered"),
            _text("family", "the family of models it belongs to"),
            _text("provider", "the company that made it"),
            _text("licence", "the licence of its weights"),
            _text("modality", "`text`, `image`, `audio` or `video` output"),
            _yes_no("frontier", "whether it is one of the strongest models"),
            _yes_no("open_weights", "whether its weights are published"),
        ),
        "models on offer",
    ),
)

BUILT_IN = Schema(
    kinds={kind.name: kind for kind in (REQUEST, *ACCOUNT_EVENTS)},
    registers={register.name: register for register in REGISTERS},
    entity_fields=ENTITY_FIELDS,
)
"""The schema every document starts from."""


def walk(schema: Schema) -> Iterator[tuple[str, Field]]:
    """Each field with the name an author writes: `country`, `account.created_at`."""
    for name, entry in schema.event_fields().items():
        yield name, entry
    for register in schema.registers.values():
        for name, entry in register.fields.items():
            yield f"{register.name}.{name}", entry
