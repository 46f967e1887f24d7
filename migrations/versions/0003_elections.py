"""Elections, contests, participants, ballots, calendar, legal settings, code tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from electsys.migrating import append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Code = sa.Text(collation="C")
Instant = sa.DateTime(timezone=True)


def _id(kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column("id", kind, sa.Identity(), primary_key=True)


def _ref(name: str, target: str, kind: type[sa.Integer] = sa.Integer, **options: bool) -> sa.Column[int]:
    return sa.Column(name, kind, sa.ForeignKey(target), **{"nullable": False, **options})


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _blank(name: str, kind: sa.Text | None = None) -> sa.Column[str]:
    return sa.Column(name, kind or sa.Text(), nullable=False, server_default="")


def _flag(name: str, default: str = "false") -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(default))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "election",
        _id(sa.SmallInteger),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        _text("name"),
        _text("kind"),
        sa.Column("voting_day", sa.Date, nullable=False),
        _ref("map_id", "region_map.id", sa.SmallInteger),
        sa.Column("state", sa.Text, nullable=False, server_default="persiapan"),
        _check("election", "kind", "kind in ('pemilu', 'pilkada', 'simulasi')"),
        _check("election", "state", "state in ('persiapan', 'berjalan', 'selesai')"),
        _check("election", "code", "code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    )
    op.create_table(
        "contest",
        _id(sa.SmallInteger),
        _ref("election_id", "election.id", sa.SmallInteger),
        _text("kind"),
        _text("name"),
        _blank("region_code", Code),
        _check(
            "contest",
            "kind",
            "kind in ('ppwp', 'dpr', 'dpd', 'dprd_prov', 'dprd_kabko', 'gubernur', 'bupati_walikota')",
        ),
        sa.UniqueConstraint("election_id", "kind", "region_code", name="uq_contest_kind"),
    )
    op.create_table(
        "participant",
        _id(),
        _ref("contest_id", "contest.id", sa.SmallInteger),
        sa.Column("number", sa.SmallInteger, nullable=False),
        _text("kind"),
        _text("name"),
        _text("short_name"),
        sa.Column("color", sa.Text),
        sa.Column("kpu_id", sa.Text),
        _blank("region_code", Code),
        _check("participant", "kind", "kind in ('pasangan', 'partai', 'perseorangan')"),
        _check("participant", "number", "number > 0"),
        _check("participant", "color", "color ~ '^#[0-9A-Fa-f]{6}$'"),
        sa.UniqueConstraint("contest_id", "region_code", "number", name="uq_participant_number"),
    )
    op.create_table(
        "ballot",
        _id(),
        _ref("contest_id", "contest.id", sa.SmallInteger),
        _ref("dapil_id", "dapil.id", nullable=True),
        sa.Column("version", sa.SmallInteger, nullable=False),
        _text("source"),
        sa.Column("frozen_at", Instant, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint(
            "contest_id",
            "dapil_id",
            "version",
            name="uq_ballot_version",
            postgresql_nulls_not_distinct=True,
        ),
        _check("ballot", "version", "version > 0"),
    )
    op.create_table(
        "ballot_line",
        _ref("ballot_id", "ballot.id", primary_key=True),
        sa.Column("position", sa.SmallInteger, primary_key=True, autoincrement=False),
        _ref("participant_id", "participant.id"),
        sa.Column("candidate_number", sa.SmallInteger),
        _text("name"),
        sa.Column("sex", sa.Text),
        sa.Column("residence", sa.Text),
        sa.Column("kpu_id", sa.Text),
        _flag("struck"),
        _check("ballot_line", "position", "position > 0"),
        _check("ballot_line", "sex", "sex in ('L', 'P')"),
    )
    op.create_table(
        "stage",
        _id(),
        _ref("election_id", "election.id", sa.SmallInteger),
        _text("code"),
        _text("name"),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("clock", sa.Text, nullable=False, server_default="setempat"),
        _blank("regulation"),
        _flag("to_confirm"),
        _check("stage", "order", "opens_at < closes_at"),
        _check("stage", "clock", "clock in ('wib', 'setempat')"),
        sa.UniqueConstraint("election_id", "code", name="uq_stage_code"),
    )
    op.create_table(
        "stage_override",
        _id(),
        _ref("stage_id", "stage.id", index=True),
        sa.Column("region_code", Code, nullable=False),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        _text("reason"),
        _text("minute"),
        sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
        _text("created_by"),
        _check("stage_override", "order", "opens_at < closes_at"),
    )
    op.create_table(
        "clock_stop",
        _id(),
        _ref("stage_id", "stage.id", index=True),
        _blank("region_code", Code),
        sa.Column("stopped_at", Instant, nullable=False),
        sa.Column("resumed_at", Instant),
        _text("minute"),
        _text("reason"),
        _text("created_by"),
        _check("clock_stop", "order", "resumed_at >= stopped_at"),
        _check("clock_stop", "minute", "minute <> '' and reason <> ''"),
    )
    op.create_index(
        "uq_clock_stop_running",
        "clock_stop",
        ["stage_id", "region_code"],
        unique=True,
        postgresql_where=sa.text("resumed_at is null"),
    )
    op.create_table(
        "legal_setting",
        _id(),
        _ref("election_id", "election.id", sa.SmallInteger),
        _text("key"),
        sa.Column("version", sa.SmallInteger, nullable=False),
        _text("topic"),
        _text("label"),
        _text("kind"),
        _text("value"),
        _blank("choices"),
        _text("regulation"),
        _flag("to_confirm"),
        _text("reason"),
        sa.Column("created_at", Instant, nullable=False, server_default=sa.func.now()),
        _text("created_by"),
        _check(
            "legal_setting",
            "kind",
            "kind in ('int', 'fraction', 'date', 'time', 'bool', 'choice', 'offset', 'json')",
        ),
        _check("legal_setting", "reason", "reason <> ''"),
        sa.UniqueConstraint("election_id", "key", "version", name="uq_legal_setting_version"),
    )
    op.create_table(
        "code_entry",
        _id(),
        _ref("election_id", "election.id", sa.SmallInteger),
        _text("table_code"),
        _text("code"),
        _text("label"),
        _blank("detail"),
        sa.Column("position", sa.SmallInteger, nullable=False),
        _flag("active", "true"),
        _blank("regulation"),
        _flag("to_confirm"),
        sa.UniqueConstraint("election_id", "table_code", "code", name="uq_code_entry_code"),
    )
    for table in ("ballot", "ballot_line", "legal_setting"):
        append_only(table)


def downgrade() -> None:
    for table in (
        "code_entry",
        "legal_setting",
        "clock_stop",
        "stage_override",
        "stage",
        "ballot_line",
        "ballot",
        "participant",
        "contest",
        "election",
    ):
        op.drop_table(table)
