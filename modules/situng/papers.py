"""Forms as PDF: the blank pages of a ballot once, then every TPS of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from electsys.documents.pdf import qr_svg, render_pdf
from electsys.elections.models import Election
from electsys.web.formats import title_region
from modules.situng.layouts.sheets import Sheet, blanks, paper
from modules.situng.queries.printing import Form, Station

#: Stands across every page of a rehearsal.
REHEARSAL = "SIMULASI"


def blank_pdf(form: Form, *, election: Election) -> bytes:
    """The pages of a form without anything of a TPS."""
    return render_pdf(
        "situng/c_hasil_halaman",
        blanks(form.pages, title=_title(form), mark=_mark(election)),
        archive=False,
    )


def forms_pdf(
    form: Form,
    blank: bytes,
    stations: Sequence[Station],
    *,
    election: Election,
    above: Mapping[str, str],
    known: Mapping[str, Mapping[str, int]],
    system_of: Callable[[str], str] = lambda _code: "langsung",
) -> bytes:
    """One PDF with the forms of these TPS, one after another; ``system_of`` says how a TPS votes."""
    sheets = [
        Sheet(
            station.code,
            {
                "pemilu": f"{election.name}, {election.voting_day:%d-%m-%Y}",
                "provinsi": title_region(above["provinsi"]),
                "kabko": title_region(above["kabko"]),
                "kecamatan": title_region(station.district),
                "desa": title_region(station.village),
                "tps": f"{station.name}  ({station.code}){_system(system_of(station.code))}",
            },
            known.get(station.code, {}),
        )
        for station in stations
    ]
    return render_pdf(
        "situng/c_hasil",
        paper(
            form.pages,
            blank,
            sheets,
            election=election.id,
            contest=form.contest.kind,
            title=_title(form),
            code=qr_svg,
            mark=_mark(election),
        ),
        archive=False,
    )


def _system(system: str) -> str:
    return f"  sistem {system}" if system != "langsung" else ""


def _title(form: Form) -> str:
    return f"{form.model.form_name(form.contest.kind, form.region)} {form.contest.name}"


def _mark(election: Election) -> str:
    return REHEARSAL if election.kind == "simulasi" else ""
