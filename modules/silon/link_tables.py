"""The table of flagged candidates, and the evidence of one candidate's links in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_

from electsys.elections.models import Contest, Election
from electsys.web.tables import Column, Filter, Table
from modules.silon.finding_words import FLAG_NAMES, FLAG_WORDS
from modules.silon.models import Candidate
from modules.silon.queries import links as queries
from modules.silon.rules.lists import ARTICLES
from modules.silon.workflow import CANDIDATE
from modules.sipol import participants


def flags_text(flags: list[str]) -> str:
    """The flags of a row in words."""
    return ", ".join(str(FLAG_NAMES[flag]) for flag in flags)


def flagged_table(election: Election, statement: Select[Any]) -> Table:
    """Candidates with a flag, one person's rows together; no number of a person leaves with a download."""
    names = {p.number: p.short_name for p in participants(election.id)}
    return Table(
        statement,
        [
            Column("nama", _l("Nama"), "Candidate.name", sort=Candidate.name, head=True, link=_page),
            Column("tanda", _l("Tanda"), lambda row: flags_text(row.Candidate.flags)),
            Column("pemilihan", _l("Pemilihan"), "contest", sort=Contest.name),
            Column("tempat", _l("Dapil atau wilayah"), lambda row: row.dapil or row.Candidate.region),
            Column(
                "pengusul",
                _l("Partai"),
                lambda row: names.get(row.party) if row.Candidate.party_id else row.label,
            ),
            Column("nomor", _l("Nomor urut"), "Candidate.number", kind="number", sort=Candidate.number),
            Column("jk", _l("L/P"), "Candidate.sex", sort=Candidate.sex),
            Column(
                "status",
                _l("Status"),
                lambda row: CANDIDATE.state_label(row.Candidate.state),
                sort=Candidate.state,
            ),
            Column("baris", _l("Baris ber-NIK sama"), "rows", kind="number"),
            Column("id", _l("Nomor baris"), "Candidate.id", sort=Candidate.id, hidden=True),
        ],
        caption=_("Calon bertanda, %(election)s", election=election.name),
        empty=_l("Tidak ada calon bertanda di wilayah Anda. Tanda muncul begitu calon diisi atau diimpor."),
        filters=[
            Filter(
                "tanda",
                _l("Tanda"),
                [("ganda", _l("pencalonan ganda, juga yang mungkin")), *FLAG_NAMES.items()],
                _by_flag,
            ),
            Filter(
                "pemilihan",
                _l("Pemilihan"),
                [(c.kind, c.name) for c in election.contests],
                lambda q, v: q.where(Contest.kind == v),
            ),
        ],
        search=(Candidate.name,),
        search_hint=_l("Cari nama"),
        name="calon-bertanda",
    )


def _by_flag(statement: Select[Any], value: str) -> Select[Any]:
    flags: Any = Candidate.flags
    if value == "ganda":
        return statement.where(or_(*(flags.any_() == flag for flag in queries.DOUBLE)))
    return statement.where(flags.any_() == value)


def _page(row: Any) -> str:
    return url_for("silon.candidate_links", candidate_id=row.Candidate.id)


@dataclass(frozen=True)
class Evidence:
    """A flag with its article, what it says, and on what it rests, line by line."""

    flag: str
    name: str
    article: str
    says: str
    lines: list[str]


def evidence(candidates: Sequence[Candidate], *, watches: bool) -> dict[int, list[Evidence]]:
    """What each flag of the candidates rests on, by candidate.

    ``watches``: the reader verifies or watches and sees who and where; those who put up the candidates learn
    in which election there is another candidacy, and whether of their own party.
    """
    flagged = [row for row in candidates if row.flags]
    if not flagged:
        return {}
    parties = {p.party_id: p.name for p in participants(flagged[0].election_id)}
    doubles = _doubles([row.id for row in flagged], parties, watches)
    found: dict[int, list[Evidence]] = {}
    for row in flagged:
        lines: dict[str, list[str]] = {flag: [] for flag in row.flags}
        for flag, line in doubles.get(row.id, []):
            lines.setdefault(flag, []).append(line)
        if watches and "anggota_lain" in lines:
            lines["anggota_lain"] = [
                _("Tercatat di %(party)s.", party=parties.get(each.party_id, _("partai lain")))
                for each in queries.memberships_of(row)
                if each.party_id != row.party_id
            ]
        found[row.id] = [
            Evidence(flag, str(FLAG_NAMES[flag]), ARTICLES[flag], str(FLAG_WORDS[flag]), lines[flag])
            for flag in row.flags
        ]
    return found


def _doubles(keys: Sequence[int], parties: dict[int, str], watches: bool) -> dict[int, list[tuple[str, str]]]:
    """Flag and line of each other candidacy, by candidate."""
    flag_of = {"nik": "ganda_calon", "orang": "ganda_calon", "identitas": "potensi_ganda"}
    if not watches:
        return {
            key: [(flag_of[kind.same], _kind_words(kind)) for kind in found]
            for key, found in queries.kinds(keys).items()
        }
    return {
        key: [(flag_of[other.same], _other_words(other, parties)) for other in found]
        for key, found in queries.others(keys).items()
    }


def _kind_words(kind: queries.Kind) -> str:
    if kind.same_party:
        return _("%(contest)s, oleh partai Anda sendiri.", contest=kind.contest)
    return _("%(contest)s, oleh pengusul lain.", contest=kind.contest)


def _other_words(other: queries.Other, parties: dict[int, str]) -> str:
    return _(
        "%(contest)s, %(place)s, %(by)s, nomor urut %(number)s: %(name)s (%(state)s).",
        contest=other.contest,
        place=other.place,
        by=parties.get(other.party_id or 0, _("perseorangan atau pasangan")),
        number=other.number,
        name=other.name,
        state=CANDIDATE.state_label(other.state),
    )
