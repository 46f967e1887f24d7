"""Printing the forms of a region: asked for by a person, made by a job, PDF by PDF."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.documents import kinds, store_file
from electsys.elections.models import Contest, Election
from electsys.errors import Refused
from electsys.identity import grants
from electsys.identity.access import Scope
from electsys.ledger import Actor, record
from modules.situng.models import FormPrint, FormPrintPart
from modules.situng.papers import blank_pdf, forms_pdf
from modules.situng.queries import printing as queries
from modules.situng.workflow import PRINT

#: Purpose of the printed forms among the stored files.
FILES = "situng.forms"
#: Most forms in one PDF: a printer's driver and a reader still open it.
IN_ONE = 400

kinds.declare(
    FILES,
    label=_l("Formulir C.Hasil siap cetak"),
    media=(kinds.PDF,),
    max_bytes=500 * kinds.MB,
    max_pages=20_000,
)


def print_one(election: Election, contest: Contest, tps: str, *, actor: Actor) -> bytes:
    """The form of one TPS as PDF, at once."""
    grants.demand(actor, PRINT, Scope(tps, election=election.id))
    group = next(iter(_ready(election, [contest], tps[:10])), None)
    stations = [s for s in queries.stations_of(election, group) if s.code == tps] if group else []
    if group is None or not stations or group.ballot_id is None:
        raise Refused(
            _("TPS %(tps)s tidak ada atau tidak dipakai dalam pemilihan ini.", tps=tps),
            hint=_("Periksa 13 angka kode TPS pada daftar TPS wilayahnya."),
            status=404,
        )
    form = _form(group)
    made = forms_pdf(
        form,
        blank_pdf(form, election=election),
        stations,
        election=election,
        above=queries.above(election, tps),
        known=queries.known_numbers(election.id, tps),
        system_of=queries.Law.of(election).system_of,
    )
    record(
        "situng:form:print",
        f"contest:{contest.id}",
        actor=actor,
        region=tps,
        election_id=election.id,
        details={"forms": 1, "edition": form.edition, "ballot": form.ballot_id},
    )
    return made


def start_print(election: Election, contests: Sequence[Contest], region: str, *, actor: Actor) -> FormPrint:
    """Have the forms of a village, kecamatan or kab/kota printed by a job.

    Refused as a whole where a contest has no form or no ballot yet in some part of the region: nobody
    shall find out at the printer's that a kecamatan is missing.
    """
    grants.demand(actor, PRINT, Scope(region, election=election.id))
    if len(region) not in (4, 6, 10):
        raise Refused(
            _("Pilih kabupaten/kota, kecamatan, atau desa/kelurahan."),
            hint=_("Satu pencetakan paling luas satu kabupaten/kota."),
            field="region",
        )
    if not contests:
        raise Refused(_("Pilih sekurangnya satu pemilihan."), field="contests")
    wanted = _ready(election, contests, region)
    for group in wanted:
        _form(group)
    if not wanted:
        raise Refused(
            _("Belum ada TPS yang dipakai di wilayah ini."),
            hint=_("TPS disusun di Sidalih; cetak formulir sesudah TPS dipakai."),
            field="region",
            status=409,
        )
    row = FormPrint(
        election_id=election.id,
        region=region,
        contests=[contest.id for contest in contests],
        forms=sum(group.stations for group in wanted),
        created_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    record(
        "situng:form:print",
        f"form_print:{row.id}",
        actor=actor,
        region=region,
        election_id=election.id,
        details={"forms": row.forms, "contests": [contest.kind for contest in contests]},
    )
    jobs.start("situng.print", actor=actor, subject=f"form_print:{row.id}", print_id=row.id)
    return row


def _ready(election: Election, contests: Sequence[Contest], region: str) -> list[queries.Group]:
    wanted = queries.groups(election, contests, region)
    for group in wanted:
        if group.ballot_id is None:
            raise Refused(
                _(
                    "Surat suara %(contest)s untuk %(place)s belum ditetapkan, jadi formulirnya belum dapat"
                    " dicetak.",
                    contest=group.contest.name,
                    place=group.dapil or group.name,
                ),
                hint=_("Tetapkan DCT dan surat suaranya di Silon, lalu cetak lagi."),
                field="contests",
                status=409,
            )
    return wanted


def _form(group: queries.Group) -> queries.Form:
    form = queries.form_for(group.contest, group.ballot_id or 0, group.region)
    if form is None or form.model.kind != "flow":
        raise Refused(
            _("Tidak ada bentuk formulir yang dapat dicetak untuk %(contest)s.", contest=group.contest.name),
            hint=_("Tentukan formulirnya pada pengaturan hukum “Formulir C.Hasil tiap pemilihan”."),
            field="contests",
            status=409,
        )
    return form


def _code(form: queries.Form) -> str:
    """The form's code as part of a file name."""
    return form.model.form_name(form.contest.kind, form.region).replace("/", "-")


def make_parts(
    row: FormPrint, *, actor: Actor, tell: Callable[[int, int, str], bool] = lambda *_: True
) -> int:
    """Make the PDFs of a print that are not made yet; commits after each. ``tell`` False stops it.

    Returns how many forms are done. What a dead worker left unfinished is made again from there on.
    """
    election = db.session.get_one(Election, row.election_id)
    contests = [db.session.get_one(Contest, contest) for contest in row.contests]
    above = queries.above(election, row.region)
    system_of = queries.Law.of(election).system_of
    known = queries.known_numbers(election.id, row.region)
    have = {part.position: part.forms for part, *_rest in queries.parts_of(row.id)}
    position, done = 0, sum(have.values())
    blank: tuple[tuple[int, str], queries.Form, bytes] | None = None
    for group in _ready(election, contests, row.region):
        every = queries.stations_of(election, group)
        for start in range(0, len(every), IN_ONE):
            position += 1
            if position in have:
                continue
            stations = every[start : start + IN_ONE]
            if not tell(done, row.forms, f"{group.contest.name}, {group.name}"):
                return done
            key = (group.ballot_id or 0, group.region[:2])
            if blank is None or blank[0] != key:
                form = _form(group)
                blank = (key, form, blank_pdf(form, election=election))
            _key, form, empty = blank
            content = forms_pdf(
                form, empty, stations, election=election, above=above, known=known, system_of=system_of
            )
            file = store_file(
                io.BytesIO(content),
                name=f"{_code(form)}_{group.region}_{position:03d}.pdf",
                kind=FILES,
                actor=actor,
                origin="sistem",
            )
            db.session.add(
                FormPrintPart(
                    print_id=row.id,
                    position=position,
                    contest_id=group.contest.id,
                    ballot_id=form.ballot_id,
                    region=group.region,
                    edition=form.edition,
                    forms=len(stations),
                    pages=len(stations) * len(form.pages),
                    without_dpt=sum(1 for station in stations if station.code not in known),
                    file_id=file.id,
                )
            )
            done += len(stations)
            db.session.commit()
    return done
