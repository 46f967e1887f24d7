"""``silon check``: every list of a contest, or of a file, judged by the law, in rows and in words."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text

from electsys.db import db
from electsys.elections.models import Contest, Election, Participant
from electsys.intake import Staging, stage
from electsys.regions.models import Dapil
from electsys.web.formats import angka, persen
from modules.silon.checking import COUNTED, law_of, party_regions
from modules.silon.finding_words import RULE_NAMES, finding_words
from modules.silon.imports.specs import STAGING, spec_for
from modules.silon.models import Candidate, Nomination
from modules.silon.rules.lists import (
    Listed,
    ListFacts,
    ListLaw,
    Rounding,
    judge_list,
    women_needed,
)

COLUMNS = ("kode_dapil", "nomor_partai", "rule", "article", "severity", "detail")
#: Rounding -> where it stands.
ROUNDINGS: dict[Rounding, str] = {"half_up": "PKPU 10/2023:8(2)", "ceil": "MA 24 P/HUM/2023"}
#: States of a list in which its names still need a NIK to go on.
UNSEALED = ("persiapan", "dikembalikan", "perbaikan")


@dataclass(frozen=True)
class Line:
    """One finding of one list."""

    dapil: str
    party: int | None
    rule: str
    article: str
    severity: str
    detail: str


@dataclass
class Checked:
    """What a check saw and found."""

    law: ListLaw
    names: int = 0
    women: int = 0
    lists: int = 0
    dapil: set[str] = field(default_factory=set)
    parties: set[int] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    #: Lists with too few women, by rounding.
    short: Counter[str] = field(default_factory=Counter)
    #: Lists whose size makes the two roundings differ.
    between: int = 0

    def add(self, dapil: str, party: int | None, facts: ListFacts) -> None:
        """Judge one list."""
        women = sum(row.sex == "P" for row in facts.candidates)
        names = len(facts.candidates)
        self.names, self.women, self.lists = self.names + names, self.women + women, self.lists + 1
        self.dapil.add(dapil)
        if party is not None:
            self.parties.add(party)
        found = judge_list(facts)
        needed = {how: women_needed(names, facts.law.quota, how) for how in ROUNDINGS}
        self.short.update(how for how, least in needed.items() if women < least)
        self.between += len(set(needed.values())) > 1
        for finding in found:
            self.tell(dapil, party, finding.code, finding.article, finding.severity, finding_words(finding))
        if women < needed["ceil"] and women >= needed[facts.law.rounding]:
            other = replace(facts.law, rounding="ceil")
            [finding] = [f for f in judge_list(replace(facts, law=other)) if f.code == "kuota_perempuan"]
            self.tell(
                *(dapil, party, "kuota_perempuan_ceil", ROUNDINGS["ceil"], "peringatan"),
                finding_words(finding),
            )

    def tell(
        self, dapil: str, party: int | None, rule: str, article: str, severity: str, detail: str
    ) -> None:
        """Keep a line."""
        self.lines.append(Line(dapil, party, rule, article, severity, detail))


def of_contest(contest: Contest) -> Checked:
    """The lists of a contest as they stand in the database, those withdrawn left out."""
    checked = Checked(law_of(contest.election_id))
    regions = party_regions(contest.election_id)
    rows = db.session.execute(
        select(
            Nomination.id,
            Dapil.code,
            Dapil.seats,
            Nomination.number.label("party"),
            Nomination.party_id,
            Nomination.region,
            Nomination.state,
            Candidate.number,
            Candidate.sex,
            Candidate.name,
            Candidate.person_id,
            Candidate.flags,
            Candidate.nik_index.is_not(None).label("identified"),
        )
        .join(Dapil, Dapil.id == Nomination.dapil_id)
        .outerjoin(Candidate, (Candidate.nomination_id == Nomination.id) & Candidate.state.in_(COUNTED))
        .where(Nomination.contest_id == contest.id, Nomination.state != "ditarik")
        .order_by(Dapil.code, Nomination.number, Nomination.id, Candidate.number)
        .execution_options(yield_per=5_000)
    )
    for _key, group in groupby(rows, key=lambda row: row.id):
        members = list(group)
        first = members[0]
        names = [
            Listed(
                row.number,
                row.sex,
                row.name,
                person=row.person_id,
                flags=tuple(row.flags),
                identified=row.identified or first.state not in UNSEALED,
            )
            for row in members
            if row.number is not None
        ]
        facts = ListFacts(
            names,
            first.seats,
            checked.law,
            contest.kind,
            first.region,
            regions.get(first.party_id, ""),
        )
        checked.add(first.code, first.party, facts)
    return checked


#: The rows of a staged file in the order of its lists, with what rows of other lists say of the same person.
STAGED = """
select dapil_code, party_number, number, sex, name, nik_index, own_flags,
    nik_index is not null and (min(dapil_code) over nik <> max(dapil_code) over nik
        or min(party_number) over nik <> max(party_number) over nik) as again,
    identity_index is not null and min(nik_index) over identity <> max(nik_index) over identity as perhaps
from {staging}
where dapil_code is not null and party_number is not null and number is not null and sex is not null
window nik as (partition by nik_index), identity as (partition by identity_index)
order by dapil_code, party_number, number, row_number
"""


def of_file(contest: Contest, path: Path) -> Checked:
    """The lists of a file, without anything of it reaching our tables; the caller rolls back.

    Refused where it is no file of candidates. Rows that cannot be read are findings of their own.
    """
    checked = Checked(law_of(contest.election_id))
    staging = stage(db.session.connection(), path, spec_for(contest), STAGING)
    known = _dapil_of(contest)
    homes = _homes_of(contest)
    with_nik = "nik" in staging.header.positions
    _tell_rows(checked, staging)
    rows = db.session.execute(text(STAGED.format(staging=staging.table)))
    for (code, party), group in groupby(rows, key=itemgetter(0, 1)):
        names = [_listed(row, with_nik) for row in group]
        dapil = known.get(code)
        if dapil is None:
            checked.tell(
                *(code, party, "dapil_tidak_dikenal", "UU 7/2017:187", "tolak"),
                _("Tidak ada dapil %(code)s untuk pemilihan ini.", code=code),
            )
        if party not in homes:
            checked.tell(
                *(code, party, "partai_tidak_dikenal", "UU 7/2017:179", "tolak"),
                _("Tidak ada partai peserta bernomor %(n)s.", n=party),
            )
        home = homes.get(party, "")
        seats, region = dapil or (None, home)
        checked.add(code, party, ListFacts(names, seats, checked.law, contest.kind, region, home))
    staging.drop()
    return checked


def _listed(row: Any, with_nik: bool) -> Listed:
    flags = [*row.own_flags]
    flags += ["ganda_calon"] if row.again else []
    flags += ["potensi_ganda"] if row.perhaps else []
    return Listed(
        row.number,
        row.sex,
        row.name or "",
        person=bytes(row.nik_index) if row.nik_index is not None else None,
        flags=tuple(flags),
        identified=row.nik_index is not None or not with_nik,
    )


def _tell_rows(checked: Checked, staging: Staging) -> None:
    """Cells that cannot be read, by row."""
    places = {
        row.row_number: (row.dapil_code, row.party_number)
        for row in db.session.execute(
            text(
                f"select row_number, dapil_code, party_number from {staging.table}"
                f" where row_number in (select row_number from {staging.error_table})"
            )
        )
    }
    for error in list(staging.errors()):
        dapil, party = places.get(error.row_number, (None, None))
        checked.tell(
            *(dapil or "", party, error.code, "", "tolak"),
            _(
                "Baris %(n)s, %(column)s: %(what)s",
                n=error.row_number,
                column=error.column,
                what=error.message,
            ),
        )


def _dapil_of(contest: Contest) -> dict[str, tuple[int | None, str]]:
    """Seats and body of each dapil of the chamber, by its code."""
    election = db.session.get_one(Election, contest.election_id)
    rows = db.session.execute(
        select(Dapil.code, Dapil.seats, Dapil.body_code).where(
            Dapil.map_id == election.map_id, Dapil.chamber == contest.kind
        )
    )
    return {row.code: (row.seats, row.body_code) for row in rows}


def _homes_of(contest: Contest) -> dict[int, str]:
    """Number of each party of the election -> its region ("11" of a local one)."""
    rows = db.session.execute(
        select(Participant.number, Participant.region_code)
        .join(Contest, Contest.id == Participant.contest_id)
        .where(Contest.election_id == contest.election_id, Participant.kind == "partai")
    )
    return {row.number: row.region_code for row in rows}


def write(checked: Checked, path: Path) -> None:
    """Write what was found: UTF-8 CSV, in the order of dapil and party."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for line in sorted(checked.lines, key=lambda line: (line.dapil, line.party or 0)):
            writer.writerow(
                (line.dapil, line.party or "", line.rule, line.article, line.severity, line.detail)
            )


def explain(checked: Checked, contest: Contest) -> Iterator[str]:
    """What was checked, by which law, and how many lists break each rule."""
    law = checked.law
    yield _(
        "%(names)s calon (%(women)s perempuan, %(share)s) dalam %(lists)s daftar: %(parties)s partai,"
        " %(dapil)s dapil.",
        names=angka(checked.names),
        women=angka(checked.women),
        share=persen(checked.women, checked.names),
        lists=angka(checked.lists),
        parties=angka(len(checked.parties)),
        dapil=angka(len(checked.dapil)),
    )
    by_rule = _lists_by_rule(checked.lines)
    yield _count(
        by_rule.pop("melebihi_kursi", 0),
        _("melebihi kursi dapilnya"),
        _("paling banyak %(share)s kursi", share=persen(law.size.numerator, law.size.denominator, 0)),
        law.articles["melebihi_kursi"],
    )
    for how, article in ROUNDINGS.items():
        rounding = _("pecahan 0,50 ke atas naik") if how == "half_up" else _("pecahan selalu naik")
        yield _count(
            checked.short[how],
            _("kurang perempuan dengan pembulatan “%(how)s”", how=how),
            _(
                "paling sedikit %(quota)s; %(rounding)s",
                quota=persen(law.quota.numerator, law.quota.denominator, 0),
                rounding=rounding,
            ),
            f"{law.articles['kuota_perempuan']}; {article}",
        )
    yield _(
        "          Kedua pembulatan meminta jumlah yang berbeda di %(n)s daftar; yang berlaku: “%(how)s”.",
        n=angka(checked.between),
        how=law.rounding,
    )
    yield _count(
        by_rule.pop("zipper", 0),
        _("melanggar penempatan perempuan"),
        _("satu di setiap %(n)s nomor; sisa di ujung daftar tidak diuji", n=law.zipper),
        law.articles["zipper"],
    )
    for rule in ("kuota_perempuan", "kuota_perempuan_ceil"):
        by_rule.pop(rule, None)
    for rule, times in sorted(by_rule.items(), key=lambda item: (-item[1], item[0])):
        yield _count(times, str(RULE_NAMES.get(rule, rule)), "", law.articles.get(rule, ""))
    yield _("%(n)s temuan ditulis.", n=angka(len(checked.lines)))


def _lists_by_rule(lines: Iterable[Line]) -> dict[str, int]:
    return dict(Counter(rule for rule, _d, _p in {(line.rule, line.dapil, line.party) for line in lines}))


def _count(times: int, what: str, how: str, article: str) -> str:
    basis = "; ".join(filter(None, (how, article)))
    return f"{angka(times):>9} " + _("daftar") + f": {what}" + (f" ({basis})" if basis else "")
