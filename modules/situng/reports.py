"""Reports of the public and of witnesses: "lapor salah" on the page of a TPS, with a receipt."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import responses
from electsys.responses.kinds import About
from modules.situng.contest import ContestCount
from modules.situng.queries.contests import contest_by_code, contest_count
from modules.situng.queries.forms import tps_form
from modules.situng.workflow import CORRECT

KIND = "situng_lapor"


def offer() -> None:
    """Put reports about forms among what the public may send."""
    responses.register(
        KIND,
        label=_l("Laporan salah angka C.Hasil"),
        permission=CORRECT,
        lead=_l("Tuliskan angka mana yang berbeda, dan lampirkan foto C.Hasil atau salinannya bila ada."),
        fields=(
            responses.Field(
                "sebagai",
                _l("Anda adalah"),
                "choice",
                required=True,
                choices=(
                    ("warga", _l("warga")),
                    ("saksi", _l("saksi peserta")),
                    ("pengawas", _l("pengawas")),
                    ("kpps", _l("petugas KPPS")),
                ),
            ),
        ),
        reasons=(
            responses.Reason("dibetulkan", _l("Benar; pembetulan formulir ini telah diajukan."), True),
            responses.Reason("sesuai_foto", _l("Angkanya sudah sesuai dengan foto C.Hasil."), False),
        ),
        days=1,
        asks_region=False,
        about=_about,
    )


def report_address(count: ContestCount, code: str) -> str:
    """Where somebody reports about a form."""
    return url_for("responses.respond", kind=KIND, tentang=f"{count.election_code}:{count.kind}:{code}")


def _about(subject: str) -> About | None:
    """The form that an address names; None where there is none."""
    parts = subject.split(":")
    contest = contest_by_code(*parts) if len(parts) == 3 else None
    if contest is None or not parts[2].isascii() or not parts[2].isdigit():
        return None
    count = contest_count(contest.id)
    form = tps_form(count, parts[2])
    if form is None:
        return None
    return About(
        subject=f"form:{count.contest_id}:{form.code}",
        label=_("%(contest)s, %(tps)s (%(code)s)", contest=count.name, tps=form.name, code=form.code),
        region=form.code,
        election_id=count.election_id,
        link=url_for("situng.area", election=parts[0], kind=parts[1], code=form.code),
    )
