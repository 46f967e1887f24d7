"""Make the file of an approved copy: a locked PDF with its cover and, attached, the data or the lists.

A village at a time is opened; what has been written out holds no number in full. Control rows and the
invisible watermark go in where the profile wants them.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func

from electsys.db import db
from electsys.documents import StoredFile, kinds, render_pdf
from electsys.documents import store as files
from electsys.elections import settings
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.privacy import mask_nik, mask_nkk, normalise_name, seal
from electsys.privacy.handover import Attachment, locked_pdf, new_password
from electsys.regions.queries import names
from electsys.web.formats import title_region, waktu
from modules.sidalih.models import VoterCopy, VoterList
from modules.sidalih.operations.canaries import Canaries, keep_canaries
from modules.sidalih.queries.copies import Line, key_of, lines_of, stations_of
from modules.sidalih.rules.copies import COLUMNS, PLACE, PROFILES, PURPOSES, Profile, age_on, control_count
from modules.sidalih.rules.watermarks import Row, sort_key, spaced
from modules.sidalih.wording import MARKS, STAGES
from modules.sidalih.workflow.copies import COPY

KIND = "voter_copy"
Tell = Callable[[int, int], None]


def build_copy(copy: VoterCopy, *, actor: Actor, tell: Tell = lambda done, total: None) -> None:
    """Make the file and its password. Run again after a crash it makes both anew; a finished copy stays."""
    if copy.state != "disetujui":
        return
    profile = PROFILES[copy.profile]
    election = db.session.get_one(Election, copy.election_id)
    stations = stations_of(copy.list_id, copy.region)
    rows = sum(stations.values())
    per = _setting(election.id, "kanari_per_10000", 5) if profile.marked else 0
    canaries = Canaries(copy.id, stations, control_count(rows, per), election.voting_day)
    writer = _Paper(copy, profile, election) if profile.paper else _Data(copy, profile, election)
    done = 0
    for village in sorted({code[:10] for code in stations}):
        done += writer.write(village, canaries)
        tell(done, rows)
    if done != rows:
        raise RuntimeError(f"copy {copy.id}: the list holds {rows} rows, {done} were written")
    controls = keep_canaries(canaries)
    attachments = writer.attachments()
    password = new_password()
    with force_locale("id"):
        cover = render_pdf("documents/salinan", _cover(copy, profile, election, rows, controls, attachments))
    stored = _keep(locked_pdf(cover, attachments, password), copy)
    hours = _setting(election.id, "jam_unduh_salinan", 24)
    COPY.move(
        copy,
        "build",
        actor=actor,
        values={
            "file_id": stored.id,
            "rows": rows,
            "controls": controls,
            "built_at": func.clock_timestamp(),
            "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours),
            "sealed": seal(password, table="voter_copy", row=copy.id),
        },
    )


def stamp(copy: VoterCopy, moment: dt.datetime) -> str:
    """The visible watermark: copy, recipient, time."""
    return _(
        "Salinan %(id)s untuk %(recipient)s, dibuat %(when)s",
        id=copy.id,
        recipient=copy.recipient,
        when=waktu(moment),
    )


class _Writer:
    """What the two kinds of files share: the cells of a row, masked."""

    def __init__(self, copy: VoterCopy, profile: Profile, election: Election) -> None:
        self.copy, self.profile, self.election = copy, profile, election
        self.key = key_of(copy.id)

    def cells(self, line: Line, *, address: str | None = None, nik: str | None = None) -> dict[str, Any]:
        """Every column of a row; the profile chooses."""
        return {
            "no": line.number,
            "nkk": mask_nkk(line.nkk),
            "nik": mask_nik(nik or line.nik),
            "nama": line.name,
            "tempat_lahir": line.birth_place,
            "umur": age_on(line.born, self.election.voting_day),
            "jenis_kelamin": line.sex,
            "status_kawin": line.marital_status,
            "alamat": line.address if address is None else address,
            "rt": line.rt,
            "rw": line.rw,
            "disabilitas": line.disability or "",
            "ktp_el": line.ktp_el or "",
            "keterangan": str(MARKS[line.mark]) if line.mark else "",
        }

    def lines(self, village: str) -> list[Line]:
        """The rows of a village that lie in the copy's region."""
        code = self.copy.region if len(self.copy.region) > len(village) else village
        return list(lines_of(self.copy.list_id, code))


class _Data(_Writer):
    """One CSV for the whole region, as a spreadsheet opens it."""

    def __init__(self, copy: VoterCopy, profile: Profile, election: Election) -> None:
        super().__init__(copy, profile, election)
        self.out = io.StringIO(newline="")
        self.csv = csv.writer(self.out, delimiter=";")
        self.csv.writerow((*PLACE, *profile.columns))

    def write(self, village: str, canaries: Canaries) -> int:
        """The rows of a village, marked; how many voters they are."""
        lines = self.lines(village)
        known = {normalise_name(line.name) for line in lines}
        for tps, group in groupby(lines, key=lambda line: line.tps_code):
            here = list(group)
            rows: list[tuple[Row, Line, str | None]] = [(_row(line), line, None) for line in here]
            if self.profile.marked:
                rows += [(_row(c.line), c.line, c.shown_nik) for c in canaries.among(tps, here, known)]
                rows.sort(key=lambda each: sort_key(self.key, each[0]))
            for row, line, nik in rows:
                address = spaced(self.key, row) if self.profile.marked else line.address
                cells = self.cells(line, address=address, nik=nik)
                self.csv.writerow((village, tps[10:], *(cells[c] for c in self.profile.columns)))
        return len(lines)

    def attachments(self) -> list[Attachment]:
        """The file, with the mark by which spreadsheets know UTF-8."""
        name = f"salinan-{self.copy.id}-{self.copy.region}.csv"
        content = self.out.getvalue().encode("utf-8-sig")
        return [Attachment(name, kinds.CSV, content, str(self.profile.label))]


class _Paper(_Writer):
    """One PDF a village, a polling station begins a page; the visible watermark on each."""

    def __init__(self, copy: VoterCopy, profile: Profile, election: Election) -> None:
        super().__init__(copy, profile, election)
        self.made: list[Attachment] = []

    def write(self, village: str, _canaries: Canaries) -> int:
        """The lists of a village; how many voters they are."""
        lines = self.lines(village)
        moment = dt.datetime.now(dt.UTC)
        with force_locale("id"):
            places = _places(village, self.election)
            data = {
                "title": _("Daftar Pemilih %(stage)s", stage=_stage(self.copy)),
                "places": places,
                "stamp": stamp(self.copy, moment),
                "heads": [str(COLUMNS[c]) for c in self.profile.columns],
                "stations": [
                    {"code": tps, "name": _("TPS %(number)s", number=tps[10:]), "rows": rows}
                    for tps, rows in self._stations(lines)
                ],
                "date": moment.date(),
            }
            pdf = render_pdf("documents/salinan_daftar", data)
        title = str(places[-1][1])
        self.made.append(Attachment(f"{village}.pdf", kinds.PDF, pdf, title))
        return len(lines)

    def _stations(self, lines: list[Line]) -> Iterator[tuple[str, list[list[str]]]]:
        for tps, group in groupby(lines, key=lambda line: line.tps_code):
            cells = (self.cells(line) for line in group)
            yield tps, [[str(each[c]) for c in self.profile.columns] for each in cells]

    def attachments(self) -> list[Attachment]:
        """The PDFs, by village."""
        return self.made


def _row(line: Line) -> Row:
    return Row(line.name, line.address, line.rt, line.rw, line.tps_code)


def _stage(copy: VoterCopy) -> str:
    return str(STAGES[db.session.get_one(VoterList, copy.list_id).stage])


def _places(code: str, election: Election) -> list[tuple[str, str]]:
    """Level and name of an area and of those around it."""
    labels = {2: _("Provinsi"), 4: _("Kabupaten/Kota"), 6: _("Kecamatan"), 10: _("Desa/Kelurahan")}
    codes = [code[:n] for n in labels if n <= len(code)]
    found = names(codes, election.map_id)
    return [(labels[len(c)], title_region(found.get(c, c))) for c in codes]


def _cover(
    copy: VoterCopy,
    profile: Profile,
    election: Election,
    rows: int,
    controls: int,
    attachments: list[Attachment],
) -> dict[str, Any]:
    moment = dt.datetime.now(dt.UTC)
    found = db.session.get_one(VoterList, copy.list_id)
    facts = [
        (_("Nomor salinan"), str(copy.id)),
        (_("Pemilu"), election.name),
        (_("Daftar"), f"{STAGES[found.stage]} ({waktu(found.determined_at)})"),
        *_places(copy.region[:10], election),
        *([(_("TPS"), copy.region[10:])] if len(copy.region) > 10 else []),
        (_("Jenis"), str(profile.label)),
        (_("Diserahkan kepada"), copy.recipient),
        (_("Keperluan"), str(PURPOSES[copy.purpose])),
        (_("Pemilih"), f"{rows:,}".replace(",", ".")),
        *([(_("Baris kendali"), f"{controls:,}".replace(",", "."))] if controls else []),
        (_("Dasar"), "; ".join(profile.basis)),
    ]
    return {
        "title": _("Salinan daftar pemilih"),
        "stamp": stamp(copy, moment),
        "facts": facts,
        "controls": controls,
        "paper": profile.paper,
        "files": [
            {"name": a.name, "size": len(a.content), "sha256": hashlib.sha256(a.content).hexdigest()}
            for a in attachments
        ],
        "heads": [(c, str(COLUMNS[c])) for c in profile.columns],
        "date": moment.date(),
    }


def _keep(content: bytes, copy: VoterCopy) -> StoredFile:
    """Put the locked file into the store. Nobody's upload: it is encrypted, which an upload may not be."""
    sha256 = hashlib.sha256(content).hexdigest()
    store = files.current()
    with store.draft() as draft:
        draft.write_bytes(content)
        store.keep(draft, sha256)
    row = StoredFile(
        sha256=sha256,
        received_sha256=sha256,
        size=len(content),
        media_type=kinds.PDF,
        kind=KIND,
        name=f"salinan-{copy.id}-{copy.region}.pdf",
        origin="sistem",
    )
    db.session.add(row)
    db.session.flush()
    return row


def _setting(election_id: int, key: str, otherwise: int) -> int:
    try:
        return int(settings.value(election_id, key))
    except LookupError:  # an election made from another may lack a setting of a later law
        return otherwise
