"""The files of decisions: who is elected, the seats of chambers, pages and data, and the list of all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from electsys.regions.queries import names as region_names
from modules.sirekap.publication.changes import subjects_since
from modules.sirekap.publication.decided import Decided, newest, place_of
from modules.sirekap.publication.elected import elected, elected_csv
from modules.sirekap.publication.seats import seats
from modules.sirekap.publication.site import Site, way
from modules.sirekap.shapes import LISTS


def write_decisions(site: Site, known: int | None) -> None:
    """The files of every decision that is new in the log, and the list of all of them."""
    taken = site.taken
    fresh = set(subjects_since(taken, "decision:", known))
    if not fresh:
        return
    every = [place_of(subject) for subject in subjects_since(taken, "decision:", None)]
    names = region_names([area for _kind, area in every if area], taken.election.map_id)
    for subject in sorted(fresh):
        of = newest(taken, subject)
        _write(site, of, names.get(of.row.area, "Indonesia"))
    listed: dict[str, list[tuple[str, str, str]]] = {}
    for contest in taken.election.contests:
        for kind, area in every:
            if kind == contest.kind and contest.region_code in ("", area):
                row = kind, f"{way(area)}/" if area else "", names.get(area, "Indonesia")
                listed.setdefault(contest.name, []).append(row)
    site.page("terpilih.html", "decision_list", rows=[*listed.items()], lists=LISTS)


def _write(site: Site, of: Decided, name: str) -> None:
    """The files of one decision: of a chamber its seats as well; of dapil a page each."""
    at = f"{of.kind}/{of.base}"
    about: dict[str, Any] = {"contest": of.row.contest, "base": of.base, "name": name}
    if of.kind in LISTS:
        data = seats(of)
        share = data["ambang"] and f"{float(Fraction(data['ambang']) * 100):g}".replace(".", ",")
        site.shelf.put_json(f"data/{at}kursi.json", data)
        site.page(f"hitung/{at}kursi.html", "seats", data=data, share=share, **about)
    data = elected(of)
    site.shelf.put_json(f"data/{at}terpilih.json", data)
    site.shelf.put(f"data/{at}terpilih.csv", elected_csv(data))
    about |= {
        "data": data,
        "lists": LISTS,
        "old": {(each["bagian"], each["nomor"]): each["suara"][0] for each in data["perubahan"] or ()},
        "names_of": lambda part: {
            **_names(data["peserta"]),
            **{w["nomor"]: w["nama"] for w in part["calon"]},
        },
        "lists_of": _lists,
        "places": {part["kode"]: part["nama"] for part in data["bagian"]},
        "provinces": region_names((data["jabatan"] or {}).get("provinsi", ()), site.taken.election.map_id),
    }
    site.page(f"hitung/{at}terpilih.html", "elected", **about)
    for part in data["bagian"]:
        if part["dapil"]:
            path = f"hitung/{of.kind}/dapil/{part['kode']}.terpilih.html"
            site.page(path, "elected_part", part=part, **about)


def _names(parties: dict[str, Any]) -> dict[str, str]:
    return {number: who["nama"] for number, who in parties.items()}


def _lists(part: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The names of a dapil by party; of persons all together."""
    found: dict[str, list[dict[str, Any]]] = {}
    for who in part["calon"]:
        party, dot, _candidate = who["nomor"].partition(".")
        found.setdefault(party if dot else "", []).append(who)
    return list(found.items())
