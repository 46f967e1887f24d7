"""A workflow on a table that exists in tests only, with one of everything."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from electsys.identity.access import Scope
from electsys.workflow import Transition, Workflow, within

SUBMIT = "uji:kertas:submit"
ACCEPT = "uji:kertas:accept"


class ToyBase(DeclarativeBase):
    """Apart from the app's metadata, so that no migration misses it."""


class Paper(ToyBase):
    """A paper that somebody submits and somebody else accepts."""

    __tablename__ = "uji_kertas"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]
    election_id: Mapped[int]
    party_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="draf")
    complete: Mapped[bool] = mapped_column(default=True)
    accepted_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("state in ('draf', 'diajukan', 'diterima', 'ditolak')", name="ck_uji_kertas_state"),
        CheckConstraint("(state = 'diterima') = (accepted_by is not null)", name="ck_uji_kertas_accepted"),
    )


TOY = Workflow(
    "uji_kertas",
    Paper,
    "state",
    (
        Transition(
            "draf", "submit", "diajukan", SUBMIT,
            guard=lambda: Paper.complete, refusal="Kertas belum lengkap.", label="Ajukan",
        ),
        Transition(
            "diajukan", "accept", "diterima", ACCEPT, stage="verifikasi", document="ba", label="Terima",
        ),
        Transition("diajukan", "reject", "ditolak", ACCEPT, reason=True, label="Tolak"),
        Transition("ditolak", "reopen", "draf", None, label="Buka kembali"),
    ),
    scope=lambda p: Scope(p.region, p.party_id, p.election_id),
    scope_clause=within(region=Paper.region, party=Paper.party_id, election=Paper.election_id),
    place=lambda: (Paper.election_id, Paper.region),
    label="Kertas",
    labels={"diajukan": "sudah diajukan"},
    register=False,
)  # fmt: skip


def create(session):
    """Make the table, in the test's transaction."""
    connection = session.connection()
    connection.exec_driver_sql("set local role electsys_owner")
    connection.execute(CreateTable(Paper.__table__))
    connection.exec_driver_sql("set local role electsys_app")
