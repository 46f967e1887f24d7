"""Files of boards with their officers: a row an officer, the facts of the board repeated in each (a party has
boards in more than seven thousand areas). What is staged holds no number of a person in clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import intake
from electsys.db import db
from electsys.documents.papers import today
from electsys.elections.models import Election
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.intake import Choice, Column, Context, Date, Delivery, Outcome, Sealing, Spec, Text
from electsys.intake.cells import bare_number, one_line, upper
from electsys.privacy import Sealer, indexer, reserve_ids
from electsys.regions import queries as regions
from electsys.regions.models import Region
from electsys.web.formats import title_region
from modules.sipol.entry_wording import OFFICE_LABELS, PROBLEMS
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.access import require_editable
from modules.sipol.operations.board_imports import Counts, import_boards
from modules.sipol.permissions import EDIT
from modules.sipol.places import CENTRE
from modules.sipol.rules.boards import board_problem, officer_problems

NAME, STAGING = "kepengurusan", "board_staging"
#: Boards of some 7,800 areas, of which few have more than twenty officers.
MOST = 200_000
COLUMNS: dict[str, str] = {
    "person_id": "bigint",
    "officer_id": "bigint",
    "person_sealed": "bytea",
    "sealed": "bytea",
    "nik_index": "bytea",
    "birth_index": "bytea",
    "name_index": "bytea",
    "name": "text",
    "birth_place": "text",
    "birth_year": "smallint",
    "sex": "text",
    "marital_status": "text",
    "address": "text",
    "village_code": "text",
    "region": "text",
    "decree_number": "text",
    "decree_date": "date",
    "term_from": "date",
    "term_to": "date",
    "office": "text",
    "title": "text",
    "card_number": "text",
    "document": "text",
}
OFFICES = {
    **dict.fromkeys(("ketua", "ketua umum"), "ketua"),
    **dict.fromkeys(("sekretaris", "sekretaris jenderal", "sekjen"), "sekretaris"),
    **dict.fromkeys(("bendahara", "bendahara umum"), "bendahara"),
    **dict.fromkeys(("anggota", "pengurus", "lainnya"), "anggota"),
}
SEX = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "pria", "1"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "2"), "P"),
}
#: In a row there is no other date to name.
MESSAGES = PROBLEMS | {
    "term_reversed": (_l("Masa bakti terbalik: akhirnya sebelum awalnya."), PROBLEMS["term_reversed"][1]),
    "nik_doubtful": (
        _l(
            "NIK tidak cocok dengan tanggal lahir atau jenis kelamin baris ini, atau awalannya tidak dikenal."
        ),
        _l("Cocokkan dengan KTP-el. Bila memang demikian, isi orang ini lewat halaman kepengurusan."),
    ),
}
#: Problems of numbers -> column; the doubts about a NIK are one problem in a file.
_AT = {"birth_future": "tanggal_lahir", "birth_impossible": "tanggal_lahir", "too_young": "tanggal_lahir"}


def spec() -> Spec:
    """The columns of the file."""

    def column(name: str, kind: Any, label: Any, *aliases: str, needed: bool = True) -> Column:
        empty: Any = "refuse" if needed else "unknown"
        return Column(name, kind, required=needed, empty=empty, aliases=aliases, label=label)

    columns = (
        column("kode_wilayah", Text(20), _l("Kode wilayah (2, 4, 6 angka, atau “pusat”)"), "wilayah", "kode"),
        column("nomor_sk", Text(200), _l("Nomor SK kepengurusan"), "no_sk", "sk"),
        column("tanggal_sk", Date(), _l("Tanggal SK"), "tgl_sk"),
        column("masa_mulai", Date(), _l("Masa bakti sejak"), "masa_bakti_awal"),
        column("masa_akhir", Date(), _l("Masa bakti sampai"), "masa_bakti_akhir", needed=False),
        column("jabatan", Choice(OFFICES), _l("Jabatan (ketua, sekretaris, bendahara, anggota)")),
        column("sebutan", Text(100), _l("Sebutan jabatan menurut SK"), "nama_jabatan", needed=False),
        column("nama", Text(200), _l("Nama"), "nama_lengkap", "nama_pengurus"),
        column("nik", Text(40), _l("NIK"), "no_nik", "nomor_nik", "no_ktp"),
        column("tanggal_lahir", Date(), _l("Tanggal lahir"), "tgl_lahir"),
        column("jenis_kelamin", Choice(SEX), _l("Jenis kelamin (L atau P)"), "jk"),
        column("nomor_kta", Text(60), _l("Nomor KTA"), "no_kta", "kta", needed=False),
        column(
            "dokumen", Text(200), _l("SK yang sudah diunggah: nama berkas atau tanda terima"), needed=False
        ),
    )
    return Spec(
        name=NAME,
        label=_l("Kepengurusan dan pengurus partai"),
        columns=columns,
        key=("nik", "kode_wilayah"),
        max_rows=MOST,
        personal=True,
        sealing=Sealing(
            COLUMNS,
            lambda: BoardSealer([c.name for c in columns], today("")).seal,
            key=("region", "nik_index"),
            messages=MESSAGES,
        ),
    )


class BoardSealer:
    """Seals the rows of one file."""

    def __init__(self, names: Sequence[str], day: date) -> None:
        self.names, self.day = names, day
        self.officers, self.persons = Sealer("party_officer"), Sealer("person")
        self.index = indexer()
        self.regions = frozenset(db.session.scalars(select(Region.code).distinct().where(Region.level < 4)))

    def seal(self, rows: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        """The staged columns of each row and its problems; a row with one is not sealed at all."""
        persons, officers = reserve_ids("person", len(rows)), reserve_ids("party_officer", len(rows))
        for row, person, officer in zip(rows, persons, officers, strict=True):
            yield self._row(dict(zip(self.names, row[1:], strict=True)), person, officer)

    def _row(self, cells: dict[str, Any], person: int, officer: int) -> tuple[Any, ...]:
        problems: list[str] = []
        nik = bare_number("nik", cells["nik"], problems)
        born, sex, name = cells["tanggal_lahir"], cells["jenis_kelamin"], upper(cells["nama"])
        region = code_in(cells["kode_wilayah"])
        if None not in (cells["tanggal_sk"], cells["masa_mulai"]):
            wrong = board_problem(cells["tanggal_sk"], cells["masa_mulai"], cells["masa_akhir"], self.day)
            if wrong is not None:
                problems.append(f"{'masa_akhir' if wrong[0] == 'term_to' else 'tanggal_sk'}:{wrong[1]}")
        if nik is not None and born is not None and sex is not None:
            problems += self._doubts(nik, born, sex)
        board = (
            *(region or None, region, one_line(cells["nomor_sk"]), cells["tanggal_sk"]),
            *(cells["masa_mulai"], cells["masa_akhir"], cells["jabatan"]),
            one_line(cells["sebutan"]) or str(OFFICE_LABELS.get(cells["jabatan"] or "", "")) or None,
            *(one_line(cells["nomor_kta"]), one_line(cells["dokumen"])),
        )
        facts = (name, None, born and born.year, sex, None, None)
        if problems or nik is None or born is None or sex is None or name is None:
            return (person, officer, *(None,) * 5, *facts, *board, problems or None)
        birth_date = born.isoformat()
        secret = f'{{"nik": "{nik}", "birth_date": "{birth_date}"}}'  # digits need no escape
        return (
            *(person, officer, self.persons.seal(person, secret), self.officers.seal(officer, secret)),
            *(*self.index(nik, birth_date, name), *facts, *board, None),
        )

    def _doubts(self, nik: str, born: date, sex: Any) -> list[str]:
        found = officer_problems(nik, born, sex, self.day, self.regions)
        plain = [f"{_AT[code]}:{code}" for code in found if code in _AT]
        doubtful = any(code not in _AT for code in found)
        return [*plain, *(["nik:nik_doubtful"] if doubtful else [])]


def code_in(written: str | None) -> str | None:
    """A region code without dots; "" for the centre; None where the cell is empty."""
    if written is None:
        return None
    bare = re.sub(r"[.\s]", "", written).casefold()
    return "" if bare in (CENTRE, "dpp", "0") else bare


# --- checking -------------------------------------------------------------------------------------

UNKNOWN_OR_OUTSIDE = f"""
select s.row_number, 'kode_wilayah', null::text,
    case when s.region <> '' and r.code is null then 'region_unknown' else 'region_outside' end,
    cast(:place as text)
from {STAGING} s
left join region r on r.map_id = :map and r.code = s.region and r.level < 4 and not starts_with(r.code, '99')
where s.region is not null and ((s.region <> '' and r.code is null)
    or not starts_with(s.region, :region) or (s.region <> '' and not starts_with(s.region, :local)))
"""
TWO_OFFICERS = f"""
select s.row_number, 'jabatan', null::text, 'two_officers', min(o.row_number)::text
from {STAGING} s
join {STAGING} o on o.region = s.region and o.office = s.office and o.row_number <> s.row_number
where s.office <> 'anggota'
group by s.row_number
"""
BOARD_DIFFERS = f"""
select s.row_number, 'nomor_sk', null::text, 'board_differs', f.row_number::text
from {STAGING} s
join (select distinct on (region) * from {STAGING} where region is not null order by region, row_number) f
    on f.region = s.region
where (s.decree_number, s.decree_date, s.term_from, s.term_to)
    is distinct from (f.decree_number, f.decree_date, f.term_from, f.term_to)
"""
#: A decree is named by the name of its file or the number of its receipt (StoredFile.receipt).
DEAD_LINKS = f"""
select s.row_number, 'dokumen', null::text,
    case when found.region is null then 'document_missing' else 'document_elsewhere' end, found.area
from {STAGING} s
left join lateral (
    select d.region, coalesce(r.name || ' (' || d.region || ')', 'pusat') as area, d.region = s.region as here
    from party_document d
    join stored_file f on f.id = d.file_id
    left join region r on r.map_id = :map and r.code = d.region
    where d.registration_id = :registration and d.kind = 'sk_kepengurusan' and d.current
        and (lower(f.name) = lower(s.document)
            or f.id = cast(substring(s.document from '^TT-[0-9]{{4}}-([0-9]{{1,15}})$') as bigint))
    order by here desc, d.region limit 1
) found on true
where s.document is not null and s.region is not null and found.here is not true
"""


def check(delivery: Delivery) -> None:
    """Errors that need our tables and the other rows. Refused while the party may not change its data."""
    registration, election, region = parts(delivery.context)
    require_editable(registration, permission=EDIT, region=region, actor=delivery.actor)
    names = regions.names([region], election.map_id)
    place = title_region(names.get(region)) if region else _("seluruh Indonesia")
    staging = delivery.staging
    staging.add_errors(
        UNKNOWN_OR_OUTSIDE,
        {"map": election.map_id, "region": region, "local": registration.region, "place": place},
        MESSAGES,
    )
    staging.add_errors(TWO_OFFICERS)
    staging.add_errors(BOARD_DIFFERS)
    staging.add_errors(DEAD_LINKS, {"map": election.map_id, "registration": registration.id})


# --- offering -------------------------------------------------------------------------------------


def parts(context: str) -> tuple[PartyRegistration, Election, str]:
    """The registration, its election and the region of a choice such as ``7:1201``."""
    key, _colon, region = context.partition(":")
    registration = db.session.get_one(PartyRegistration, int(key))
    return registration, db.session.get_one(Election, registration.election_id), region


def _scope(context: str) -> Scope:
    registration, election, region = parts(context)
    return Scope(region, registration.party_id, election.id)


def _choices(account: Any) -> list[tuple[str, str]]:
    """The registrations and regions for which the account may enter, the newest election first."""
    scopes = grants.scopes(account, EDIT)
    rows = db.session.execute(
        select(PartyRegistration, Election)
        .join(Election, Election.id == PartyRegistration.election_id)
        .order_by(Election.voting_day.desc(), PartyRegistration.party_id)
    ).all()
    found: dict[str, str] = {}
    for registration, election in rows:
        names = regions.names({scope.region or "" for scope in scopes}, election.map_id)
        for scope in scopes:
            region = scope.region or ""
            fits = scope.party in (None, registration.party_id) and scope.election in (None, election.id)
            if fits and (region in names or not region):
                place = title_region(names[region]) if region else _("seluruh Indonesia")
                found[f"{registration.id}:{region}"] = f"{registration.party.name}, {election.name}, {place}"
    return list(found.items())


def _apply(delivery: Delivery) -> Outcome:
    registration, election, region = parts(delivery.context)
    counts = import_boards(
        registration, region, sha256=delivery.file.received_sha256, table=STAGING, actor=delivery.actor
    )
    return Outcome(
        summary(counts),
        "sipol.boards",
        {"election": election.code, "party": registration.party_id, "region": region or CENTRE},
    )


def summary(counts: Counts) -> str:
    """What a file came to, in a sentence."""
    return _(
        "%(boards)s kepengurusan dengan %(officers)s pengurus disimpan; %(replaced)s di antaranya"
        " menggantikan isian lama, %(incomplete)s belum mempunyai ketua, sekretaris, dan bendahara.",
        boards=counts.boards,
        officers=counts.officers,
        replaced=counts.replaced,
        incomplete=counts.incomplete,
    )


def offer() -> None:
    """Put the file among what may be uploaded."""
    make: Callable[[str], Spec] = lambda context: spec()  # noqa: E731
    intake.register(
        make,
        name=NAME,
        label=_l("Kepengurusan dan pengurus partai"),
        permission=EDIT,
        table=STAGING,
        context=Context(_l("Partai, pemilu, dan wilayah"), _choices, scope=_scope),
        check=check,
        apply=_apply,
        lock=lambda context: f"sipol:boards:{context.partition(':')[0]}",
        personal=True,
    )
