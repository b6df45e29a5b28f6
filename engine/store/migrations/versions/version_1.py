"""The first layout."""

import sqlalchemy as sa
from alembic import op

revision = "version_1"
down_revision = None


def upgrade() -> None:
    """Lay out a new store."""
    op.create_table(
        "organisations",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("excerpt", sa.Integer(), nullable=False),
        sa.Column("pseudonyms", sa.Boolean(), nullable=False),
        sa.Column("retention", sa.Integer(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("organisations_key")),
        sa.UniqueConstraint("name", name=op.f("organisations_name_unique")),
    )
    op.create_table(
        "api_keys",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("beginning", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("api_keys_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("api_keys_key")),
        sa.UniqueConstraint("sha256", name=op.f("api_keys_sha256_unique")),
    )
    op.create_table(
        "decisions",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("policies", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("decisions_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("decisions_key")),
    )
    op.create_index("decisions_by_subject", "decisions", ["organisation", "subject", "created"], unique=False)
    op.create_index("decisions_by_time", "decisions", ["organisation", "created", "id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("active", sa.String(), nullable=True),
        sa.Column("failing", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("documents_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("documents_key")),
    )
    op.create_index("documents_by_title", "documents", ["organisation", "title"], unique=True)
    op.create_table(
        "entries",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("entries_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("entries_key")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name=op.f("idempotency_keys_organisation_of_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("idempotency_keys_key")),
    )
    op.create_index("idempotency_keys_by_expiry", "idempotency_keys", ["expires"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("invitations_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("invitations_key")),
        sa.UniqueConstraint("sha256", name=op.f("invitations_sha256_unique")),
    )
    op.create_table(
        "jobs",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("jobs_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("jobs_key")),
    )
    op.create_index("jobs_by_time", "jobs", ["organisation", "created", "id"], unique=False)
    op.create_index("jobs_by_turn", "jobs", ["state", "due", "created"], unique=False)
    op.create_table(
        "logs",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("checkpoint", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("logs_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", name=op.f("logs_key")),
    )
    op.create_table(
        "people",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("people_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("people_key")),
    )
    op.create_index(op.f("people_login_index"), "people", ["login"], unique=False)
    op.create_table(
        "registers",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("upload", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("registers_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("registers_key")),
    )
    op.create_index("registers_by_name", "registers", ["organisation", "name"], unique=False)
    op.create_table(
        "runs",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("evaluator", sa.String(), nullable=False),
        sa.Column("policies", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("saved", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("exit", sa.Integer(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("calibrations", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("runs_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("runs_key")),
    )
    op.create_index("runs_by_time", "runs", ["organisation", "created", "id"], unique=False)
    op.create_table(
        "suppressions",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("terms", sa.String(), nullable=True),
        sa.Column("clause", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("suppressions_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("suppressions_key")),
    )
    op.create_index("suppressions_by_expiry", "suppressions", ["organisation", "expires"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("uploads_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("uploads_key")),
    )
    op.create_table(
        "webhooks",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("events", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("webhooks_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("webhooks_key")),
    )
    op.create_table(
        "deliveries",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "webhook"],
            ["webhooks.organisation", "webhooks.id"],
            name=op.f("deliveries_organisation_webhook_of_webhooks"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("deliveries_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("deliveries_key")),
    )
    op.create_index("deliveries_by_turn", "deliveries", ["state", "due"], unique=False)
    op.create_table(
        "document_versions",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("main", sa.String(), nullable=False),
        sa.Column("files", sa.String(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "document"],
            ["documents.organisation", "documents.id"],
            name=op.f("document_versions_organisation_document_of_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name=op.f("document_versions_organisation_of_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("document_versions_key")),
    )
    op.create_index("document_versions_by_document", "document_versions", ["organisation", "document"], unique=False)
    op.create_table(
        "findings",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("first_time", sa.BigInteger(), nullable=False),
        sa.Column("last_time", sa.BigInteger(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("suppression", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "run"], ["runs.organisation", "runs.id"], name=op.f("findings_organisation_run_of_runs")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("findings_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("findings_key")),
    )
    op.create_index(
        "findings_by_clause", "findings", ["organisation", "terms", "clause", "last_time", "id"], unique=False
    )
    op.create_index("findings_by_rank", "findings", ["organisation", "rank", "last_time", "id"], unique=False)
    op.create_index("findings_by_run", "findings", ["organisation", "run", "last_time", "id"], unique=False)
    op.create_index("findings_by_status", "findings", ["organisation", "status", "last_time", "id"], unique=False)
    op.create_index("findings_by_subject", "findings", ["organisation", "subject", "last_time", "id"], unique=False)
    op.create_index("findings_by_time", "findings", ["organisation", "last_time", "id"], unique=False)
    op.create_index("findings_by_verdict", "findings", ["organisation", "verdict", "last_time", "id"], unique=False)
    op.create_table(
        "run_inputs",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("blank", sa.BigInteger(), nullable=False),
        sa.Column("passed_over", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "run"],
            ["runs.organisation", "runs.id"],
            name=op.f("run_inputs_organisation_run_of_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("run_inputs_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("run_inputs_key")),
    )
    op.create_index("run_inputs_by_run", "run_inputs", ["organisation", "run"], unique=False)
    op.create_table(
        "finding_versions",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("events", sa.String(), nullable=True),
        sa.Column("pairs", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "finding"],
            ["findings.organisation", "findings.id"],
            name=op.f("finding_versions_organisation_finding_of_findings"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "run"],
            ["runs.organisation", "runs.id"],
            name=op.f("finding_versions_organisation_run_of_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name=op.f("finding_versions_organisation_of_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("finding_versions_key")),
    )
    op.create_index(
        "finding_versions_by_finding", "finding_versions", ["organisation", "finding", "number"], unique=True
    )
    op.create_table(
        "notices",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "finding"],
            ["findings.organisation", "findings.id"],
            name=op.f("notices_organisation_finding_of_findings"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("notices_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("notices_key")),
    )
    op.create_index("notices_by_deadline", "notices", ["organisation", "state", "deadline"], unique=False)
    op.create_index("notices_by_finding", "notices", ["organisation", "finding"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "finding"],
            ["findings.organisation", "findings.id"],
            name=op.f("reviews_organisation_finding_of_findings"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("reviews_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("reviews_key")),
    )
    op.create_index("reviews_by_finding", "reviews", ["organisation", "finding", "created"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("purged", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("finding_version", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "finding_version"],
            ["finding_versions.organisation", "finding_versions.id"],
            name=op.f("evidence_organisation_finding_version_of_finding_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("evidence_organisation_of_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("evidence_key")),
    )
    op.create_index("evidence_by_event", "evidence", ["organisation", "event"], unique=False)
    op.create_index("evidence_by_version", "evidence", ["organisation", "finding_version", "position"], unique=False)


def downgrade() -> None:
    """Take everything away."""
    op.drop_index("evidence_by_version", table_name="evidence")
    op.drop_index("evidence_by_event", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("reviews_by_finding", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("notices_by_finding", table_name="notices")
    op.drop_index("notices_by_deadline", table_name="notices")
    op.drop_table("notices")
    op.drop_index("finding_versions_by_finding", table_name="finding_versions")
    op.drop_table("finding_versions")
    op.drop_index("run_inputs_by_run", table_name="run_inputs")
    op.drop_table("run_inputs")
    op.drop_index("findings_by_verdict", table_name="findings")
    op.drop_index("findings_by_time", table_name="findings")
    op.drop_index("findings_by_subject", table_name="findings")
    op.drop_index("findings_by_status", table_name="findings")
    op.drop_index("findings_by_run", table_name="findings")
    op.drop_index("findings_by_rank", table_name="findings")
    op.drop_index("findings_by_clause", table_name="findings")
    op.drop_table("findings")
    op.drop_index("document_versions_by_document", table_name="document_versions")
    op.drop_table("document_versions")
    op.drop_index("deliveries_by_turn", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("webhooks")
    op.drop_table("uploads")
    op.drop_index("suppressions_by_expiry", table_name="suppressions")
    op.drop_table("suppressions")
    op.drop_index("runs_by_time", table_name="runs")
    op.drop_table("runs")
    op.drop_index("registers_by_name", table_name="registers")
    op.drop_table("registers")
    op.drop_index(op.f("people_login_index"), table_name="people")
    op.drop_table("people")
    op.drop_table("logs")
    op.drop_index("jobs_by_turn", table_name="jobs")
    op.drop_index("jobs_by_time", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("invitations")
    op.drop_index("idempotency_keys_by_expiry", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("entries")
    op.drop_index("documents_by_title", table_name="documents")
    op.drop_table("documents")
    op.drop_index("decisions_by_time", table_name="decisions")
    op.drop_index("decisions_by_subject", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("api_keys")
    op.drop_table("organisations")
