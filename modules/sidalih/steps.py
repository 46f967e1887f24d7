"""A roll as a list of tasks: what was done, what is missing, what comes next (GOV.UK task list)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from werkzeug.routing import BuildError

from electsys.elections.models import Election
from electsys.web.formats import angka, persen
from electsys.workflow import Transition
from modules.sidalih.models import VoterList, VoterRecap, VoterRoll
from modules.sidalih.operations.lists import PLENARY, STAGE_OF
from modules.sidalih.queries.rolls import Imported, LivingRow
from modules.sidalih.wording import STAGES

#: The states of a roll in their order.
ORDER = ("penyusunan", "coklit", "dphp", "dps", "dpshp", "dpt")


@dataclass(frozen=True)
class Step:
    """One line: ``state`` is ``done``, ``now``, ``later``; ``links`` and ``buttons`` are (address, words)."""

    title: str
    state: str
    says: str
    links: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


def link_to(endpoint: str, **values: Any) -> str | None:
    """The address of a page that another part of the module brings; None where it is not installed."""
    try:
        return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
    except BuildError:
        return None


def steps_of(
    roll: VoterRoll,
    election: Election,
    whole: LivingRow,
    files: Imported,
    lists: Sequence[VoterList],
    recap: VoterRecap | None,
    offered: Sequence[Transition],
) -> list[Step]:
    """The steps from the import to the recapitulation, with the roll's own numbers."""
    at = ORDER.index(roll.state)
    area = url_for("sidalih.voters", roll_id=roll.id, code=roll.region)
    buttons = {t.action: (_address(roll, t.action), str(t.label)) for t in offered}

    def when(first: int, last: int) -> str:
        return "done" if at > last else "now" if at >= first else "later"

    def links(*given: tuple[str | None, str]) -> list[tuple[str, str]]:
        return [(address, words) for address, words in given if address]

    said = (
        _(
            "%(n)s baris dari %(files)s berkas: %(ok)s diterima, %(bad)s ditolak, %(same)s sama.",
            n=angka(files.received),
            files=angka(files.files),
            ok=angka(files.accepted),
            bad=angka(files.rejected),
            same=angka(files.duplicate),
        )
        if files.files
        else _("Belum ada berkas. Impor DP4 kabupaten/kota ini.")
    )
    steps = [
        Step(
            _("Impor DP4"),
            "done" if whole.listed and at else "now" if not at else "done",
            said,
            links((link_to("sidalih.batches"), _("Berkas pemilih dan rekonsiliasinya"))),
        ),
        Step(
            _("Periksa data yang diragukan"),
            _open(whole.doubtful, at, last=4),
            _("%(n)s dari %(all)s pemilih diragukan.", n=angka(whole.doubtful), all=angka(whole.listed)),
            links(
                (link_to("sidalih.doubtful"), _("Antrean data diragukan")),
                (link_to("sidalih.doubles", election=election.code), _("Pemilih ganda")),
            ),
        ),
        Step(
            _("Susun TPS"),
            _open(whole.unplaced, at, last=0) if whole.listed else "later",
            _("%(n)s pemilih belum bertempat di TPS.", n=angka(whole.unplaced)),
            links(
                (link_to("sidalih.tps_area", election=election.code, region=roll.region), _("Susunan TPS"))
            ),
            _only(buttons, "open_visits"),
        ),
        Step(
            _("Coklit"),
            when(1, 1),
            _(
                "%(n)s dari %(all)s pemilih dicoklit (%(share)s); %(new)s baru, "
                "%(struck)s tidak memenuhi syarat.",
                n=angka(whole.visited),
                all=angka(whole.listed),
                share=persen(whole.visited, whole.listed, 0),
                new=angka(whole.fresh),
                struck=angka(whole.struck),
            ),
            links((area, _("Pemilih per desa/kelurahan"))),
            _only(buttons, "close_visits"),
        ),
    ]
    steps += _listed(at, lists, buttons, when, links, roll)
    steps.append(
        Step(
            _("Rekapitulasi provinsi"),
            "done" if recap else "later",
            _("Ditetapkan oleh KPU provinsi.") if recap else _("Menunggu DPT semua kabupaten/kota."),
            links((url_for("sidalih.recaps", region=roll.region[:2]), _("Rekapitulasi"))),
        )
    )
    return steps


def _listed(at: int, lists: Any, buttons: Any, when: Any, links: Any, roll: VoterRoll) -> list[Step]:
    newest = {each.stage: each for each in lists}
    plan = (
        ("dphp", 2, ()),
        ("dps", 2, ("determine_dps",)),
        (None, 3, ()),
        ("dpshp", 3, ("determine_dpshp", "repeat_dpshp")),
        ("dpt", 4, ("determine_dpt",)),
    )
    steps = []
    for stage, first, actions in plan:
        if stage is None:
            steps.append(
                Step(
                    _("Masukan dan tanggapan masyarakat"),
                    when(3, 3),
                    _("DPS diumumkan; setiap orang dapat memberi masukan."),
                    links((link_to("responses.queue"), _("Antrean masukan"))),
                )
            )
            continue
        frozen = newest.get(stage)
        steps.append(
            Step(
                str(STAGES[stage]),
                "done" if frozen and at >= ORDER.index(stage) else "now" if at == first else "later",
                _(
                    "%(n)s pemilih: %(male)s laki-laki, %(female)s perempuan.",
                    n=angka(frozen.total),
                    male=angka(frozen.male),
                    female=angka(frozen.female),
                )
                if frozen
                else _("Belum ditetapkan."),
                links(
                    (
                        url_for("sidalih.frozen", list_id=frozen.id) if frozen else None,
                        _("Lihat %(stage)s", stage=STAGES[stage]),
                    ),
                ),
                _only(buttons, *actions),
            )
        )
    return steps


def _open(left: int, at: int, *, last: int) -> str:
    return "done" if not left else "now" if at <= last else "done"


def _only(buttons: dict[str, tuple[str, str]], *actions: str) -> list[tuple[str, str]]:
    return [buttons[action] for action in actions if action in buttons]


def _address(roll: VoterRoll, action: str) -> str:
    endpoint = "sidalih.plenary" if STAGE_OF[action] in PLENARY else "sidalih.compile_step"
    return url_for(endpoint, roll_id=roll.id, action=action)
