"""Is an election ready to be counted? Checked contest by contest and region type by region type (NA-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, func, select, text

from electsys.db import db
from electsys.elections import settings
from electsys.elections.models import Contest, Election, Stage
from electsys.regions.models import Region, Tps
from electsys.web.formats import angka, title_region
from modules.sidalih import determined_voters
from modules.situng.layouts import FormModel, Line, layout, vote_cells
from modules.situng.models import Capture, ResultForm
from modules.situng.queries import printing
from modules.situng.queries.printing import CHAMBERS

#: Settings that the count cannot do without.
NEEDED = (
    "maks_pemilih_tps",
    "surat_suara_cadangan",
    "formulir_c_hasil",
    "pemilihan_tidak_ada",
    "sistem_pemungutan",
)
FAILED, LOOK, FINE = "gagal", "periksa", "beres"


@dataclass(frozen=True)
class Check:
    """One finding: ``gagal`` keeps the election from being opened, ``periksa`` asks somebody to look."""

    level: str
    subject: str
    what: str
    advice: str = ""


@dataclass(frozen=True)
class RegionType:
    """Provinces that vote alike: the same contests and system, and the same names of their chambers."""

    provinces: tuple[str, ...]
    name: str
    contests: tuple[Contest, ...]
    system: str
    #: A TPS to try things on; None while the type has no TPS.
    sample: str | None
    kinds: tuple[str, ...]


def region_types(election: Election) -> list[RegionType]:
    """Every type of region of an election's map that votes in some contest of it."""
    provinces = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.map_id == election.map_id, Region.level == 1)
        .order_by(Region.code)
    ).all()
    samples = {
        (row.province, row.kind): row.code
        for row in db.session.execute(
            select(Tps.province, Tps.kind, func.min(Tps.code).label("code"))
            .where(Tps.election_id == election.id, Tps.state == "aktif")
            .group_by(Tps.province, Tps.kind)
        )
    }
    alike: dict[tuple[tuple[int, ...], str, tuple[str, ...], bool], list[tuple[str, str]]] = {}
    contests_of: dict[str, list[Contest]] = {}
    law = printing.Law.of(election)
    models = {contest.id: law.model(contest.kind) for contest in law.contests}
    for code, name in provinces:
        contests_of[code] = contests = law.contests_in(code)
        if not contests:
            continue
        titles = tuple(m.title(c.kind, code) for c in contests if (m := models[c.id]))
        system = law.system_of(code)
        alike.setdefault((tuple(c.id for c in contests), system, titles, code == "99"), []).append(
            (code, name)
        )
    found = []
    for (_ids, system, _titles, _abroad), members in alike.items():
        codes = tuple(code for code, _name in members)
        kinds = sorted({kind for province, kind in samples if province in codes})
        sample = next((s for (p, k), s in sorted(samples.items()) if p in codes), None)
        words = title_region(members[0][1])
        if len(members) > 1:
            words = str(_("%(n)s provinsi, mis. %(name)s", n=len(members), name=words))
        found.append(RegionType(codes, words, tuple(contests_of[codes[0]]), system, sample, tuple(kinds)))
    return found


def untouched(election: Election, contest: Contest, provinces: Sequence[str], kind: str) -> str | None:
    """The first TPS of a kind in these provinces that has no form of the contest yet, begun or received."""
    return db.session.scalar(
        select(func.min(Tps.code)).where(
            Tps.election_id == election.id,
            Tps.province.in_(provinces),
            Tps.kind == kind,
            Tps.state == "aktif",
            Tps.code.startswith(contest.region_code),
            *(
                ~exists().where(
                    table.province == Tps.province,
                    table.contest_id == contest.id,
                    table.tps_code == Tps.code,
                )
                for table in (Capture, ResultForm)
            ),
        )
    )


def check_election(election: Election) -> list[Check]:
    """Everything that can be seen without trying: settings, stages, forms, ballots, TPS, DPT."""
    types = region_types(election)
    contests = list({c.id: c for kind in types for c in kind.contests}.values())
    law = printing.Law.of(election)
    found = [*_settings(election), *_stages(election)]
    if not contests:
        found.append(Check(FAILED, election.name, _("Tidak ada pemilihan."), _("Tambahkan pemilihannya.")))
    for contest in contests:
        found += [*_form(election, contest, law.model(contest.kind)), *_ballots(election, contest)]
    for kind in types:
        found += [*_places(election, kind), *_layouts(election, kind, law)]
    return found


def _settings(election: Election) -> Iterator[Check]:
    for key in NEEDED:
        setting = settings.current(election.id, key)
        if setting is None:
            yield Check(
                FAILED,
                key,
                _("Pengaturan hukum ini tidak ada."),
                _("Salin dari pemilu terakhir, atau pasang kembali pemilunya."),
            )
        elif setting.to_confirm:
            yield Check(
                LOOK,
                setting.label,
                _("Nilainya belum dicocokkan dengan naskah peraturan."),
                _("Cocokkan dengan %(regulation)s, lalu tandai.", regulation=setting.regulation),
            )
        else:
            yield Check(FINE, setting.label, setting.value)


def _stages(election: Election) -> Iterator[Check]:
    stage = db.session.scalar(
        select(Stage).where(Stage.election_id == election.id, Stage.code == "penghitungan")
    )
    if stage is None:
        yield Check(
            FAILED,
            _("Tahapan penghitungan"),
            _("Tahapan ini tidak ada, jadi tidak satu hasil pun dapat masuk."),
            _("Tambahkan tahapannya pada kalender pemilu."),
        )
    else:
        yield Check(FINE, stage.name, _("Ada dalam kalender."))


def _form(election: Election, contest: Contest, model: FormModel | None) -> Iterator[Check]:
    if model is None:
        yield Check(
            FAILED,
            contest.name,
            _("Tidak ada bentuk formulir untuk pemilihan ini."),
            _("Tambahkan berkas model formulir, atau perbaiki “Formulir C.Hasil tiap pemilihan”."),
        )
        return
    most = settings.current(election.id, "maks_pemilih_tps")
    if most is not None and settings.typed(most) >= 10**model.digits:
        yield Check(
            FAILED,
            contest.name,
            _("Kotak angka %(model)s tidak cukup untuk %(n)s pemilih.", model=model.name, n=most.value),
            _("Pakai model dengan lebih banyak kotak."),
        )
    if model.kind != "flow":
        yield Check(
            LOOK,
            contest.name,
            _("%(model)s hanya dapat dibaca, tidak dapat dicetak di sini.", model=model.name),
        )
    else:
        yield Check(FINE, contest.name, model.name)


#: Dapil of a chamber without a ballot of the contest.
WITHOUT_BALLOT = """
    select d.code, d.name from dapil d
    where d.map_id = :map and d.chamber = :chamber
      and not exists (select from ballot b where b.contest_id = :contest
                      and (b.dapil_id = d.id or b.dapil_id is null))
    order by d.code
"""


def _ballots(election: Election, contest: Contest) -> Iterator[Check]:
    if contest.kind in CHAMBERS:
        missing: Sequence[object] = [
            row.name
            for row in db.session.execute(
                text(WITHOUT_BALLOT),
                {"map": election.map_id, "chamber": contest.kind, "contest": contest.id},
            )
        ]
    else:
        have = db.session.scalar(
            text("select exists (select from ballot where contest_id = :c)"), {"c": contest.id}
        )
        missing = [] if have else [contest.name]
    if missing:
        yield Check(
            FAILED,
            contest.name,
            _("%(n)s surat suara belum ditetapkan, mis. %(name)s.", n=angka(len(missing)), name=missing[0]),
            _("Tetapkan DCT dan surat suaranya di Silon."),
        )
    else:
        yield Check(FINE, contest.name, _("Surat suara lengkap."))


def _places(election: Election, kind: RegionType) -> Iterator[Check]:
    if kind.sample is None:
        yield Check(FAILED, kind.name, _("Belum ada TPS yang dipakai."), _("Susun TPS di Sidalih."))
        return
    yield Check(FINE, kind.name, _("TPS: %(kinds)s.", kinds=", ".join(kind.kinds)))
    without = [p for p in kind.provinces if determined_voters(election.id, p) is None]
    if without:
        yield Check(
            FAILED,
            kind.name,
            _(
                "DPT belum ditetapkan di %(n)s provinsi, mis. %(code)s.",
                n=angka(len(without)),
                code=without[0],
            ),
            _("Tetapkan DPT di Sidalih; tanpa itu F.111 tidak dapat dinilai."),
        )


def _layouts(election: Election, kind: RegionType, law: printing.Law) -> Iterator[Check]:
    """The form of each contest, laid out with the ballot of a place of this type."""
    for contest in kind.contests:
        model = law.model(contest.kind)
        if model is None:
            continue
        subject = f"{contest.name}, {kind.name}"
        ballot = None
        if kind.sample is not None:
            groups = printing.groups(election, [contest], kind.sample[:10])
            ballot = next((g.ballot_id for g in groups if g.ballot_id), None)
        lines = printing.ballot_lines(ballot) if ballot else (Line(1, "CONTOH"),)
        pages = layout(model, contest.kind, lines, kind.provinces[0])
        printed = {cell.name for page in pages for cell in page.cells}
        wanted = {*model.names, *(cell.name for cell in vote_cells(lines))}
        if lost := wanted - printed:
            yield Check(
                FAILED, subject, _("Formulir tidak memuat %(cells)s.", cells=", ".join(sorted(lost)[:5]))
            )
        elif ballot is None:
            yield Check(LOOK, subject, _("Bentuknya benar; surat suara contoh belum ada."))
        else:
            yield Check(FINE, subject, _("%(n)s halaman, %(cells)s angka.", n=len(pages), cells=len(wanted)))
