"""Files of voters abroad (with passports) and of the DPK: columns, sealing, and what becomes of their rows.

Each row travels as one envelope of all its claims, beside the blind indexes that find doubles; what is staged
in the database tells nothing of a person. Rows are entered one by one through the operations, so a file has a
limit. A PPLN whose voters all have a NIK may bring the ordinary voter file instead (``sidalih import``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from electsys import intake
from electsys.db import db
from electsys.documents.papers import today
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.intake import Choice, Code, Column, Context, Date, Delivery, Outcome, Sealing, Spec, Text
from electsys.privacy import Sealer, blind_index
from electsys.privacy.rules import form_problem
from electsys.privacy.wording import PROBLEMS
from electsys.regions.models import Tps
from electsys.regions.rules import province_of
from modules.sidalih.claims import Claims
from modules.sidalih.imports.checks import turn_away_nobody
from modules.sidalih.imports.specs import MARITAL, SEX, disabilities
from modules.sidalih.models import VoterBatch, VoterBatchVillage
from modules.sidalih.operations.abroad import add_abroad
from modules.sidalih.operations.canaries import touched_rows
from modules.sidalih.operations.dpk import enter_dpk, open_claims, plain_fields
from modules.sidalih.permissions import EDIT
from modules.sidalih.queries.abroad import regions_of
from modules.sidalih.rules.abroad import METHODS, normal_passport, passport_problem

STAGING = "people_staging"
#: Most rows of one file: they are entered one by one.
MOST = 20_000
COLUMNS = {"nik_index": "bytea", "passport_index": "bytea", "tps_code": "text", "sealed": "bytea"}
METHOD_WORDS = {"tpsln": "tpsln", "tps": "tpsln", "ksk": "ksk", "kotak suara keliling": "ksk", "pos": "pos"}
#: Codes of what is wrong with a cell that nobody sees after the sealing -> words, hint.
MESSAGES = {
    **{
        code: (words, _l("Salin angkanya dari KTP-el atau kartu keluarga."))
        for code, words in PROBLEMS.items()
    },
    "passport_form": (
        _l("Nomor paspor terdiri atas 6 sampai 12 huruf dan angka."),
        _l("Salin dari paspornya."),
    ),
    "number_missing": (_l("NIK dan nomor paspor kosong."), _l("Isi salah satu.")),
    "future": (_l("Tanggal lahir ada di masa depan."), _l("Tulis TAHUN-BULAN-HARI.")),
    "tps_unknown": (_l("TPS ini tidak ada di kota atau wilayah ini."), _l("Periksa 13 angka kodenya.")),
    "method_differs": (_l("Cara memilih berbeda dari jenis TPS ini."), _l("Samakan metode dan kode TPS.")),
    "known": (_l("Orang ini sudah terdaftar di sini."), _l("Hapus barisnya dari berkas.")),
}


def _columns(election: Election, *own: Column) -> tuple[Column, ...]:
    def words(name: str, most: int, label: Any, *aliases: str) -> Column:
        return Column(name, Text(most), required=True, empty="refuse", aliases=aliases, label=label)

    return (
        *own,
        words("nama", 120, _l("Nama"), "nama_lengkap"),
        words("tempat_lahir", 80, _l("Tempat lahir")),
        Column("tanggal_lahir", Date(), required=True, empty="refuse", label=_l("Tanggal lahir")),
        Column(
            "jenis_kelamin",
            Choice(SEX),
            required=True,
            empty="refuse",
            aliases=("jk",),
            label=_l("Jenis kelamin"),
        ),
        Column("status_kawin", Choice(MARITAL), required=True, empty="refuse", label=_l("Status kawin")),
        words("alamat", 300, _l("Alamat")),
        Column("kode_tps", Code(13), required=True, empty="refuse", aliases=("tps",), label=_l("Kode TPS")),
        Column("disabilitas", Choice(disabilities(election)), label=_l("Disabilitas")),
        Column("rt", Text(3), label=_l("RT")),
        Column("rw", Text(3), label=_l("RW")),
    )


def abroad_spec(election: Election) -> Spec:
    """The file of a PPLN: a passport, a NIK or both, and the way to vote."""
    own = (
        Column("nik", Text(40), label=_l("NIK")),
        Column("paspor", Text(40), aliases=("nomor_paspor", "no_paspor", "splp"), label=_l("Nomor paspor")),
        Column(
            "metode",
            Choice(METHOD_WORDS),
            required=True,
            empty="refuse",
            label=_l("Metode (TPSLN, KSK, POS)"),
        ),
    )
    return _spec("pemilih_ln", _l("Pemilih luar negeri (PPLN)"), election, own)


def dpk_spec(election: Election) -> Spec:
    """The DPK of polling stations, as KPPS wrote them."""
    own = (Column("nik", Text(40), required=True, empty="refuse", label=_l("NIK")),)
    return _spec("dpk", _l("Daftar Pemilih Khusus (DPK)"), election, own)


def _spec(name: str, label: Any, election: Election, own: tuple[Column, ...]) -> Spec:
    columns = _columns(election, *own)
    names = [column.name for column in columns]
    return Spec(
        name=name,
        label=label,
        columns=columns,
        max_rows=MOST,
        personal=True,
        sealing=Sealing(COLUMNS, lambda: _sealer(names, today("")), messages=MESSAGES),
    )


def _sealer(names: list[str], day: date) -> Callable[[Sequence[tuple[Any, ...]]], Iterable[tuple[Any, ...]]]:
    sealer = Sealer(STAGING)

    def one(row: tuple[Any, ...]) -> tuple[Any, ...]:
        cells = dict(zip(names, row[1:], strict=True))
        nik = (cells["nik"] or "").strip() or None
        passport = normal_passport(cells.get("paspor") or "") or None
        problems = list(_problems(nik, passport, cells, day))
        if problems or any(cells[name] is None for name in REQUIRED):
            return None, None, cells["kode_tps"], None, problems or None
        claims = Claims(
            name=" ".join(cells["nama"].upper().split()),
            birth_place=" ".join(cells["tempat_lahir"].upper().split()),
            birth_date=cells["tanggal_lahir"],
            sex=cells["jenis_kelamin"],
            marital_status=cells["status_kawin"],
            address=" ".join(cells["alamat"].upper().split()),
            rt=(cells["rt"] or "").strip() or "000",
            rw=(cells["rw"] or "").strip() or "000",
            nik=nik,
            passport=passport,
            disability=cells["disabilitas"],
        )
        fields = {**plain_fields(claims), "method": cells.get("metode")}
        return (
            blind_index(nik) if nik else None,
            blind_index("P:" + passport) if passport else None,
            cells["kode_tps"],
            sealer.seal_fields(row[0], fields),
            None,
        )

    return lambda rows: [one(row) for row in rows]


REQUIRED = frozenset(
    ("nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "status_kawin", "alamat", "kode_tps")
)


def _problems(nik: str | None, passport: str | None, cells: dict[str, Any], day: date) -> Iterable[str]:
    if nik and (problem := form_problem(nik, "nik")):
        yield f"nik:{problem.code}"
    if passport and (code := passport_problem(passport)):
        yield f"paspor:{code}"
    if not nik and not passport:
        yield "nik:number_missing"
    if cells["tanggal_lahir"] and cells["tanggal_lahir"] > day:
        yield "tanggal_lahir:future"


# --- checking -------------------------------------------------------------------------------------


def _check(delivery: Delivery, election: Election, region: str, doubles: str) -> None:
    """Errors that need our tables: unknown stations, who is known already, twice in the file."""
    values = {"election": election.id, "region": region}
    staging = delivery.staging
    staging.add_errors(
        f"""
        select s.row_number, 'kode_tps', null::text, 'tps_unknown' from {STAGING} s
        where s.tps_code is not null and not (
            starts_with(s.tps_code, :region) and exists (
                select from tps t where t.election_id = :election and t.province = {province_of("s.tps_code")}
                and t.code = s.tps_code and t.state = 'aktif'))
        """,
        values,
        MESSAGES,
    )
    staging.add_errors(
        f"select s.row_number, 'nik', null::text, 'known' from {STAGING} s where {doubles}", values
    )
    for column, key in (("nik", "s.nik_index"), ("paspor", "s.passport_index")):
        staging.add_errors(
            f"""
            select s.row_number, '{column}', null::text, 'duplicate', min(o.row_number)::text
            from {STAGING} s join {STAGING} o on {key} = {key.replace("s.", "o.")}
                and o.row_number <> s.row_number
            group by s.row_number
            """
        )


def _rows() -> Iterable[tuple[int, str, bytes]]:
    found = db.session.execute(
        text(
            f"select row_number, tps_code, sealed from {STAGING} where sealed is not null order by row_number"
        )
    )
    for row in found.all():
        yield row.row_number, row.tps_code, bytes(row.sealed)


def _station(election: Election, code: str) -> Tps:
    return db.session.get_one(Tps, (election.id, code[:2], code))


# --- the two kinds --------------------------------------------------------------------------------


def _parse(context: str) -> tuple[Election, str]:
    key, _sep, region = context.partition(":")
    return db.session.get_one(Election, int(key)), region


def _cities(account: Any) -> list[tuple[str, str]]:
    """Rolls abroad that the account may fill."""
    return _regions(account, abroad=True)


def _home(account: Any) -> list[tuple[str, str]]:
    return _regions(account, abroad=False)


def _regions(account: Any, *, abroad: bool) -> list[tuple[str, str]]:
    return [
        (f"{election.id}:{code}", f"{election.name}, {name}")
        for election, code, name in regions_of(grants.scopes(account, EDIT), abroad=abroad)
    ]


def _scope(context: str) -> Scope:
    election, region = _parse(context)
    return Scope(region, election=election.id)


ABROAD_KNOWN = """
    (s.nik_index is not null and exists (
        select from voter v where v.nik_index = s.nik_index and v.election_id = :election
        and v.state <> 'tms' and starts_with(v.village_code, :region)))
    or (s.passport_index is not null and exists (
        select from voter_by_passport(cast(:election as smallint), s.passport_index)))
"""
DPK_KNOWN = """
    exists (select from voter_dpk d where d.election_id = :election and d.nik_index = s.nik_index
        and d.tps_code = s.tps_code and d.state <> 'batal')
"""


def _check_abroad(delivery: Delivery) -> None:
    election, region = _parse(delivery.context)
    _check(delivery, election, region, ABROAD_KNOWN)
    turn_away_nobody(delivery.staging, delivery.actor)
    kinds = _kinds(election, region)
    wrong = [
        row
        for row, tps_code, sealed in _rows()
        if kinds.get(tps_code) and Sealer(STAGING).unseal_fields(row, sealed).get("method") != kinds[tps_code]
    ]
    delivery.staging.add_errors(
        "select n, 'metode', null::text, 'method_differs' from unnest(cast(:rows as bigint[])) n",
        {"rows": wrong},
    )


def _kinds(election: Election, region: str) -> dict[str, str]:
    rows = db.session.execute(
        select(Tps.code, Tps.kind).where(
            Tps.election_id == election.id, Tps.province == region[:2], Tps.code.startswith(region)
        )
    )
    return {row.code: row.kind for row in rows if row.kind in METHODS}


def _apply_abroad(delivery: Delivery) -> Outcome:
    """Every row becomes a voter of the city; the file is kept as a batch whose numbers balance."""
    election, region = _parse(delivery.context)
    counts: dict[str, int] = {}
    doubtful: dict[str, int] = {}
    for row, tps_code, sealed in _rows():
        claims = _claims(sealed, row)
        voter = add_abroad(election, _station(election, tps_code), claims, actor=delivery.actor)
        counts[voter.village_code] = counts.get(voter.village_code, 0) + 1
        doubtful[voter.village_code] = doubtful.get(voter.village_code, 0) + bool(voter.doubts)
    batch = _keep_batch(election, region, delivery, counts, doubtful)
    message = _("%(n)s pemilih luar negeri dimasukkan.", n=batch.accepted)
    return Outcome(message, "sidalih.abroad_city", {"election": election.code, "city": region[:4]})


def _keep_batch(
    election: Election, region: str, delivery: Delivery, counts: dict[str, int], doubtful: dict[str, int]
) -> VoterBatch:
    received, accepted = delivery.staging.rows, sum(counts.values())
    batch = VoterBatch(
        election_id=election.id,
        region=region,
        source="ppln",
        file_id=delivery.file.id,
        file_name=delivery.file.name,
        file_sha256=delivery.file.sha256,
        received=received,
        accepted=accepted,
        rejected=received - accepted,
        duplicate=0,
        changed=0,
        doubtful=sum(doubtful.values()),
        created_by=delivery.actor.account_id,
        actor=delivery.actor.name,
    )
    db.session.add(batch)
    db.session.flush()
    per_village = {code: (n, 0) for code, n in counts.items()}
    if received - accepted:
        per_village["-"] = (0, received - accepted)
    for code, (good, bad) in per_village.items():
        db.session.add(
            VoterBatchVillage(
                batch_id=batch.id,
                village_code=code,
                received=good + bad,
                accepted=good,
                rejected=bad,
                duplicate=0,
                changed=0,
                doubtful=doubtful.get(code, 0),
            )
        )
    return batch


def _check_dpk(delivery: Delivery) -> None:
    election, region = _parse(delivery.context)
    _check(delivery, election, region, DPK_KNOWN)
    touched_rows(delivery.staging, "impor", actor=delivery.actor)  # who voted is kept as it was written


def _apply_dpk(delivery: Delivery) -> Outcome:
    """Every row becomes a line of the DPK; who stands in a DPT is noted."""
    election, _region = _parse(delivery.context)
    lines = [
        enter_dpk(election, _station(election, tps_code), _claims(sealed, row), actor=delivery.actor)
        for row, tps_code, sealed in _rows()
    ]
    twice = sum(line.found_tps is not None for line in lines)
    message = _(
        "%(n)s baris DPK dicatat; %(twice)s di antaranya terdaftar dalam DPT.", n=len(lines), twice=twice
    )
    return Outcome(message, "sidalih.dpk", {"pemilu": election.code})


def _claims(sealed: bytes, row: int) -> Claims:
    return open_claims(sealed, table=STAGING, row=row)


def _of_context(make: Callable[[Election], Spec]) -> Callable[[str], Spec]:
    return lambda context: make(_parse(context)[0])


def offer() -> None:
    """Put both files among what may be uploaded."""
    for name, label, spec, choices, check, apply in (
        ("pemilih-ln", _l("Pemilih luar negeri (PPLN)"), abroad_spec, _cities, _check_abroad, _apply_abroad),
        ("dpk", _l("Daftar Pemilih Khusus (DPK)"), dpk_spec, _home, _check_dpk, _apply_dpk),
    ):
        intake.register(
            _of_context(spec),
            name=name,
            label=label,
            permission=EDIT,
            table=STAGING,
            context=Context(_l("Pemilu dan wilayah"), choices, _scope),
            check=check,
            apply=apply,
            lock=lambda context: f"sidalih:{context}",
            personal=True,
        )
