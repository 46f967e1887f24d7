"""Files of supporters: their columns, how their rows are sealed, and what needs our own tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import intake
from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import Scope
from electsys.intake import (
    Choice,
    Code,
    Column,
    Context,
    Date,
    Delivery,
    Outcome,
    Sealing,
    Spec,
    Staging,
    Text,
)
from electsys.intake.cells import bare_number, upper
from electsys.ledger import Actor
from electsys.privacy import Sealer, indexer, reserve_ids
from modules.silon.imports.wording import MESSAGES
from modules.silon.models import Nomination, NominationLiaison
from modules.silon.operations.supporter_imports import import_supporters, summary
from modules.silon.operations.supporters import require_open
from modules.silon.permissions import EDIT
from modules.silon.support_claims import Judge
from modules.silon.workflow.support import HANDED

KIND = "pendukung_calon"
#: Name of the staging table.
STAGING = "supporter_staging"
SEX = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "pria", "1"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "2"), "P"),
}
MARITAL = {
    **dict.fromkeys(("b", "belum", "belum kawin"), "B"),
    **dict.fromkeys(("s", "sudah", "kawin", "sudah kawin"), "S"),
    **dict.fromkeys(("p", "pernah", "pernah kawin", "cerai hidup", "cerai mati"), "P"),
}
#: The staged columns.
COLUMNS: dict[str, str] = {
    "supporter_id": "bigint",
    "sealed": "bytea",
    "nik_index": "bytea",
    "name": "text",
    "sex": "text",
    "birth_place": "text",
    "birth_year": "smallint",
    "marital_status": "text",
    "occupation": "text",
    "address": "text",
    "rt": "text",
    "rw": "text",
    "village_code": "text",
    "own_flags": "text[]",
}
Cells = tuple[Any, ...]


class SupporterSealer:
    """Seals the rows of one file; what is the same for all rows is looked up once."""

    def __init__(self, nomination: Nomination) -> None:
        self.judge = Judge(nomination)
        self.sealer, self.index = Sealer("supporter"), indexer()

    def seal(self, rows: Sequence[Cells]) -> Iterable[Cells]:
        """The staged columns of each row and its problems; a number with one is not sealed at all."""
        for row, key in zip(rows, reserve_ids("supporter", len(rows)), strict=True):
            yield self.row(row, key)

    def row(self, row: Cells, key: int) -> Cells:
        """One row, with the key that its supporter will have."""
        _number, nik, name, sex, place, born, marital, occupation, address, rt, rw, village = row
        problems: list[str] = []
        nik = bare_number("nik", nik, problems)
        name, place, address, occupation = upper(name), upper(place), upper(address), upper(occupation)
        if born is not None and born > self.judge.today:
            problems.append("tanggal_lahir:birth_future")
        plain = (name, sex, place, born and born.year, marital, occupation, address, rt, rw, village)
        if problems or nik is None or born is None or name is None or sex is None or marital is None:
            return (key, None, None, *plain, [], problems or None)
        birth_date = born.isoformat()
        secret = f'{{"nik": "{nik}", "birth_date": "{birth_date}"}}'
        nik_index, _birth, _name = self.index(nik, birth_date, name)
        own = self.judge.own_flags(nik, born, sex, marital, occupation or "", village)
        return (key, self.sealer.seal(key, secret), nik_index, *plain, own, None)


def spec_for(nomination: Nomination) -> Spec:
    """The specification of a file of supporters of a nomination (LAMPIRAN MODEL F1, B.1.1-KWK)."""
    return Spec(
        name=KIND,
        label=_l("Pendukung calon"),
        columns=(
            _text("nik", 40, _l("Nomor induk kependudukan"), "no_nik", "nomor_nik", "no_ktp"),
            _text("nama", 200, _l("Nama"), "nama_lengkap", "nama_pendukung"),
            _choice("jenis_kelamin", SEX, _l("Jenis kelamin (L atau P)"), "jk", "kelamin", "l_p"),
            _text("tempat_lahir", 100, _l("Tempat lahir"), "tmp_lahir"),
            Column(
                "tanggal_lahir",
                Date(),
                required=True,
                empty="refuse",
                aliases=("tgl_lahir",),
                label=_l("Tanggal lahir (TAHUN-BULAN-HARI)"),
            ),
            _choice("status_kawin", MARITAL, _l("Status kawin (B, S, atau P)"), "kawin", "status_perkawinan"),
            _text("pekerjaan", 100, _l("Pekerjaan"), "jenis_pekerjaan"),
            _text("alamat", 300, _l("Alamat"), "alamat_lengkap"),
            Column("rt", Text(4), required=False, empty="unknown", label=_l("RT")),
            Column("rw", Text(4), required=False, empty="unknown", label=_l("RW")),
            Column(
                "kode_desa",
                Code(10),
                required=True,
                empty="refuse",
                aliases=("kode_kelurahan", "kode_desa_kelurahan", "kode_wilayah"),
                label=_l("Kode desa/kelurahan (10 angka)"),
            ),
        ),
        personal=True,
        sealing=Sealing(columns=COLUMNS, begin=lambda: SupporterSealer(nomination).seal, messages=MESSAGES),
    )


def check_supporters(staging: Staging, nomination: Nomination, *, actor: Actor) -> None:
    """Refuse a file while the list is locked; add the errors of villages that are on no map."""
    require_open(nomination, actor=actor)
    staging.add_errors(
        f"""
        select s.row_number, 'kode_desa' as column_name, null as value, 'village_unknown' as code,
            null as detail
        from {staging.table} s
        left join region r on r.map_id = :map and r.code = s.village_code and r.level = 4
        where s.village_code is not null and r.code is null
        """,
        {"map": db.session.get_one(Election, nomination.election_id).map_id},
    )
    staging.notes["received"], staging.notes["rejected"] = staging.rows, staging.bad_rows


def offer() -> None:
    """Put files of supporters among what may be uploaded."""
    intake.register(
        lambda context: spec_for(_of(context)),
        name=KIND,
        label=_l("Pendukung calon"),
        permission=EDIT,
        table=STAGING,
        personal=True,
        context=Context(_l("Calon"), _choices, scope=_scope),
        check=lambda delivery: check_supporters(
            delivery.staging, _of(delivery.context), actor=delivery.actor
        ),
        apply=_apply,
        lock=lambda context: f"silon:supporters:{_of(context).contest_id}:{_of(context).region}",
    )


def _of(context: str) -> Nomination:
    return db.session.get_one(Nomination, int(context))


def _scope(context: str) -> Scope:
    row = _of(context)
    return Scope(row.region, None, row.election_id)


def _choices(account: Any) -> list[tuple[str, str]]:
    """The nominations that the account acts for and whose list is open."""
    rows = db.session.scalars(
        select(Nomination)
        .join(NominationLiaison, NominationLiaison.nomination_id == Nomination.id)
        .where(NominationLiaison.account_id == account.id, Nomination.support_state.in_(tuple(HANDED)))
        .order_by(Nomination.id)
    )
    return [(str(row.id), f"{row.label}, {row.contest.name}") for row in rows]


def _apply(delivery: Delivery) -> Outcome:
    nomination = _of(delivery.context)
    batch = import_supporters(
        delivery.staging,
        nomination,
        file=delivery.facts,
        actor=delivery.actor,
    )
    return Outcome(summary(batch), "silon.support", {"nomination_id": nomination.id})


def _text(name: str, most: int, label: Any, *aliases: str) -> Column:
    return Column(name, Text(most), required=True, empty="refuse", aliases=aliases, label=label)


def _choice(name: str, values: dict[str, str], label: Any, *aliases: str) -> Column:
    return Column(name, Choice(values), required=True, empty="refuse", aliases=aliases, label=label)
