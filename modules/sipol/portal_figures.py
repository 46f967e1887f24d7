"""What the pages of a party show of its requirements: next step, map, table of parts, links to entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from electsys.regions.outlines import outlines
from electsys.web.charts import Area as Drawn
from electsys.web.charts import Share, choropleth
from electsys.web.formats import angka, title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol.models import PartyRegistration
from modules.sipol.operations.submissions import KINDS
from modules.sipol.places import CENTRE
from modules.sipol.requirement_words import (
    LEVELS,
    PARTS,
    STATES,
    Line,
    area_name,
    gap_words,
    joined,
    reasons,
    short_words,
)
from modules.sipol.rules.requirements import DISTRICT, SUBDISTRICT, Gap, Verdict, has_board

#: Traffic lights: state -> look of a word, colour of a map.
LOOKS = {"memenuhi": "ok", "sebagian": "wait", "kosong": "stop"}
LIGHTS = {"memenuhi": "#3f8f5a", "sebagian": "#e0a526", "kosong": "#c8452f"}
#: What mends a gap: endpoint of the entry page and its words.
MENDS: dict[str, tuple[str, Any]] = {
    "profil": ("sipol.profile", _l("Lengkapi profil")),
    "kepengurusan": ("sipol.board_edit", _l("Isi kepengurusan")),
    "inti": ("sipol.board_edit", _l("Lengkapi pengurus")),
    "perempuan": ("sipol.board_edit", _l("Lengkapi pengurus")),
    "kantor": ("sipol.office_edit", _l("Isi kantor")),
    "rekening": ("sipol.account_edit", _l("Isi rekening")),
    "dokumen": ("sipol.documents", _l("Unggah dokumen")),
    "anggota": ("sipol.members", _l("Tambah anggota")),
}


@dataclass(frozen=True)
class Here:
    """The party and election of a page: what its links carry."""

    election: str
    party: int
    #: The centre of the party: "" or "11".
    root: str

    def area(self, code: str) -> str:
        """The page of an area; that of the centre is the portal."""
        if code == self.root:
            return url_for("sipol.portal", election=self.election, party=self.party)
        return url_for("sipol.area", election=self.election, party=self.party, region=code)

    def entry(self, endpoint: str, code: str) -> str:
        """An entry page of an area; the profile is the whole party's."""
        whole: dict[str, Any] = {"election": self.election, "party": self.party}
        if endpoint == "sipol.profile":
            return url_for(endpoint, **whole)
        return url_for(endpoint, **whole, region=code or CENTRE)


# --- the next step -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """What to do next: what, why, where."""

    title: str
    text: str
    link: str


def next_step(
    here: Here, registration: PartyRegistration, verdict: Verdict, documents: Mapping[str, Any]
) -> Step | None:
    """The one thing that brings the party further; None where it waits for KPU."""
    if registration.state not in ("akses", *KINDS):
        return None
    if verdict.meets or registration.state.startswith("bms_"):
        link = url_for("sipol.check", election=here.election, party=here.party)
        title = _("Periksa dan ajukan") if verdict.meets else _("Perbaiki, lalu ajukan perbaikan")
        return Step(title, _("Periksa isinya sekali lagi, lalu ajukan."), link)
    worst = first_gap(verdict)
    area, gap = worst
    endpoint, words = MENDS[gap.aspect]
    name = area_name(area, registration.party.short_name)
    text = gap_words(gap, len(area.code), documents)
    return Step(f"{words}: {name}", f"{name}: {text}.", here.entry(endpoint, area.code))


def first_gap(verdict: Verdict) -> tuple[Verdict, Gap]:
    """The first thing of its own that an area lacks, from the top down; some part always lacks one."""
    for gap in verdict.gaps:
        if gap.aspect != "bagian":
            return verdict, gap
    return first_gap(next(part for part in verdict.parts if not part.meets))


@dataclass(frozen=True)
class Own:
    """One thing of an area's own: what it is, whether it is there, in words, and where it is entered."""

    label: Any
    look: str
    words: str
    link: str
    action: Any


def own_things(
    here: Here,
    verdict: Verdict,
    documents: Mapping[str, Any],
    demanded: Sequence[str],
    *,
    centre: bool = False,
) -> list[Own]:
    """Everything that an area must have of its own, there or missing; the centre has the party's profile."""
    area, level = verdict.area, len(verdict.code)

    def thing(label: Any, aspects: Sequence[str], have: str) -> Own:
        found = [gap for aspect in aspects if (gap := verdict.gap(aspect))]
        endpoint, action = MENDS[aspects[0]]
        words = joined([gap_words(gap, level, documents) for gap in found]) or have
        return Own(label, "wait" if found else "ok", words, here.entry(endpoint, area.code), action)

    people = _("%(n)s pengurus, %(w)s perempuan", n=angka(area.people), w=angka(area.women))
    things = [thing(_l("Profil"), ("profil",), "")] if centre else []
    things.append(thing(_l("Kepengurusan"), ("kepengurusan", "inti", "perempuan"), people))
    if level < SUBDISTRICT:
        things.append(thing(_l("Kantor tetap"), ("kantor",), ""))
        things.append(thing(_l("Rekening dana kampanye"), ("rekening",), ""))
    if demanded:
        given = _("%(n)s dari %(all)s", n=len(demanded), all=len(demanded))
        things.append(thing(_l("Dokumen"), ("dokumen",), given))
    if level == DISTRICT:
        enough = _("%(n)s, perlu %(min)s", n=angka(area.members), min=angka(verdict.members_needed))
        things.append(thing(_l("Anggota"), ("anggota",), enough))
    return things


# --- map and table -------------------------------------------------------------------------------


def map_of(here: Here, verdict: Verdict) -> Markup | None:
    """The parts of the nation or a province as traffic lights; None where no outlines are known."""
    if len(verdict.code) > 2 or not verdict.parts:
        return None
    paths, viewbox = outlines(1 if verdict.code == "" else 2, verdict.code)
    if not paths:
        return None
    states = list(STATES)
    number = {state: sum(part.state == state for part in verdict.parts) for state in states}
    drawn = [
        Drawn(
            part.code,
            title_region(part.area.name),
            paths.get(part.code, ""),
            short_words(part),
            link=here.area(part.code),
            leader=states.index(part.state),
        )
        for part in verdict.parts
    ]
    return choropleth(
        drawn,
        viewbox=viewbox,
        title=_("Syarat menurut %(part)s", part=PARTS[len(verdict.code)]),
        description=_("Hijau memenuhi, kuning bergaris belum lengkap, merah bergaris belum diisi."),
        head=_("Keadaan"),
        leaders=[
            Share(f"{STATES[state]} ({angka(number[state])})", number[state], LIGHTS[state])
            for state in states
        ],
    )


def light(state: str) -> Markup:
    """A state as a coloured word."""
    return Markup('<span class="state state-{}">{}</span>').format(LOOKS[state], STATES[state])


def parts_table(
    here: Here,
    verdict: Verdict,
    documents: Mapping[str, Any],
    *,
    name: str,
    members: Mapping[str, int] | None = None,
) -> Table:
    """The parts of an area: state, what is missing, numbers. ``members``: of the kecamatan of a kab/kota."""
    level = len(verdict.code) + 2

    def lacks(part: Verdict) -> str:
        return joined(reasons(part, documents))

    def yes(have: Callable[[Verdict], bool]) -> Callable[[Verdict], str]:
        return lambda part: _("ada") if have(part) else _("belum")

    columns = [
        Column("kode", _l("Kode"), "code", sort=True),
        Column(
            "wilayah",
            _l("Wilayah"),
            lambda part: title_region(part.area.name),
            sort=True,
            head=True,
            link=lambda part: here.area(part.code),
        ),
        Column(
            "keadaan",
            _l("Keadaan"),
            lambda part: str(STATES[part.state]),
            cell=lambda part: light(part.state),
            sort=True,
        ),
        Column(
            "kurang",
            _l("Yang kurang"),
            lacks,
            cell=lambda part: joined(reasons(part, documents, brief=True)),
        ),
        Column("kepengurusan", _l("Kepengurusan"), yes(has_board), sort=True, hidden=True),
    ]
    if level < SUBDISTRICT:
        columns += [
            Column("kantor", _l("Kantor"), yes(lambda p: p.area.office), sort=True, hidden=True),
            Column("rekening", _l("Rekening"), yes(lambda p: p.area.account), sort=True, hidden=True),
            Column("memenuhi", _l("Memenuhi"), "found", kind="number", sort=True),
            Column("perlu", _l("Perlu"), "needed", kind="number", sort=True),
        ]
    if level == DISTRICT:
        columns += [
            Column("anggota", _l("Anggota"), "area.members", kind="number", sort=True),
            Column("anggota_perlu", _l("Anggota perlu"), "members_needed", kind="number", sort=True),
        ]
    if members is not None:
        columns.append(
            Column("anggota", _l("Anggota"), lambda p: members.get(p.code, 0), kind="number", sort=True)
        )
    return Table(
        verdict.parts,
        columns,
        caption=_l("Menurut %(part)s", part=LEVELS[level]),
        empty=_l("Wilayah ini tidak mempunyai bagian pada peta pemilu."),
        filters=[Filter("keadaan", _l("Keadaan"), list(STATES.items()), lambda p, v: p.state == v)],
        search=True,
        search_hint=_l("Cari wilayah"),
        name=name,
        size=100,
    )


def gaps_table(here: Here, lines: Sequence[Line], *, name: str) -> Table:
    """Every area that fails with all that it lacks: the whole trace, to be read, sorted and taken away."""
    levels = {str(digits): words for digits, words in LEVELS.items()}
    return Table(
        lines,
        [
            Column("kode", _l("Kode"), "code", sort=True),
            Column(
                "wilayah",
                _l("Wilayah"),
                "name",
                sort=True,
                head=True,
                link=lambda line: here.area(line.code),
            ),
            Column("tingkat", _l("Tingkat"), lambda line: str(LEVELS[len(line.code)]), sort=True),
            Column("kurang", _l("Yang kurang"), lambda line: joined(line.reasons)),
            Column(
                "jumlah", _l("Jumlah kekurangan"), lambda line: len(line.reasons), kind="number", sort=True
            ),
        ],
        caption=_l("Mengapa belum memenuhi"),
        empty=_l("Tidak ada kekurangan: semua syarat terpenuhi."),
        filters=[
            Filter("tingkat", _l("Tingkat"), list(levels.items()), lambda line, v: len(line.code) == int(v)),
        ],
        search=True,
        search_hint=_l("Cari wilayah atau kekurangan"),
        name=name,
        size=200,
    )
