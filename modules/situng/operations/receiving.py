"""A first entry as a phone of KPPS sends it: two lists of numbers, in the order of form and ballot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.ledger import Actor
from modules.situng.models import Capture
from modules.situng.operations.captures import enter
from modules.situng.queries.captures import names_of
from modules.situng.queries.contests import ContestCount

Numbers = Sequence[int | None]


class OtherPaper(Refused):
    """The phone counts on another ballot or form than this TPS has now; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Surat suara TPS ini sudah diperbarui."),
            hint=_("Ambil data terbaru pada ponsel, periksa angkanya, lalu kirim lagi."),
            field="surat_suara",
            status=409,
        )


def receive_first(
    count: ContestCount,
    tps_code: str,
    cells: Numbers,
    votes: Numbers,
    *,
    ballot_id: int,
    form_model: str,
    key: UUID,
    actor: Actor,
    reasons: Mapping[str, str] | None = None,
) -> Capture:
    """Take the numbers of a whole form as its first entry; sent again under ``key`` it changes nothing.

    ``count`` is the contest on the ballot of the TPS. ``cells`` and ``votes`` are in the order of
    ``form_model`` and of the ballot ``ballot_id`` as the phone knows them; :class:`OtherPaper` where the TPS
    has others now. What an entry at the desk is refused for is refused here in the same words.
    """
    if (ballot_id, form_model) != (count.ballot_id, count.model.code):
        raise OtherPaper
    if (len(cells), len(votes)) != (len(count.model.names), len(count.lines)):
        raise Refused(
            _("Banyaknya angka tidak sesuai formulir."),
            hint=_("Ambil data terbaru pada ponsel, lalu kirim lagi."),
            field="suara",
        )
    values = dict(zip(names_of(count), (*cells, *votes), strict=True))
    return enter(count, tps_code, values, actor=actor, key=key, reasons=reasons)
