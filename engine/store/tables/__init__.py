"""What a store holds, one class for each table. `KEPT` are under custody: every change of theirs is in the log."""

from plainterms.engine.store.tables.audits import Evidence, Finding, FindingVersion, Run, RunInput
from plainterms.engine.store.tables.custody import Entry, Log
from plainterms.engine.store.tables.decisions import Decision
from plainterms.engine.store.tables.documents import Document, DocumentVersion, Register
from plainterms.engine.store.tables.people import ApiKey, Invitation, Organisation, Person
from plainterms.engine.store.tables.reviews import Notice, Review, Suppression
from plainterms.engine.store.tables.rows import Erasable, Kept, Owned, Row
from plainterms.engine.store.tables.work import Delivery, IdempotencyKey, Job, Upload, Webhook

KEPT: tuple[type[Kept], ...] = (
    Organisation,
    Person,
    ApiKey,
    Invitation,
    Document,
    DocumentVersion,
    Register,
    Upload,
    Run,
    RunInput,
    Finding,
    FindingVersion,
    Evidence,
    Decision,
    Review,
    Notice,
    Suppression,
    Webhook,
)
OPERATIONAL: tuple[type[Owned], ...] = (Job, IdempotencyKey, Delivery)

__all__ = [
    "KEPT",
    "OPERATIONAL",
    "ApiKey",
    "Decision",
    "Delivery",
    "Document",
    "DocumentVersion",
    "Entry",
    "Erasable",
    "Evidence",
    "Finding",
    "FindingVersion",
    "IdempotencyKey",
    "Invitation",
    "Job",
    "Kept",
    "Log",
    "Notice",
    "Organisation",
    "Owned",
    "Person",
    "Register",
    "Review",
    "Row",
    "Run",
    "RunInput",
    "Suppression",
    "Upload",
    "Webhook",
]
