"""Kinds of responses that modules take, as data: who decides, what is asked, how long it may take.

::

    responses.register(
        "sidalih_tanggapan",
        label=_l("Masukan dan tanggapan atas daftar pemilih"),
        permission="sidalih:list:compile",
        fields=(Field("nama_pemilih", _l("Nama pemilih yang dimaksud")),),
        decided=apply_response,                   # in the transaction of the decision
    )
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from electsys.responses.events import ResponseDecided, ResponseReceived

#: ``ticks``: boxes for what the ticket of a check offers (:attr:`checks.Answer.choices`), all ticked at first
#: and at least one in the end; left out where it offers fewer than two. The answer is a line each,
#: ``value words``.
Input = Literal["line", "text", "choice", "ticks", "nik", "day"]


@dataclass(frozen=True)
class Field:
    """One more question of a kind's form. Its answer lies in the envelope, under ``name``."""

    name: str
    label: Any
    input: Input = "line"
    required: bool = False
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Reason:
    """A reason that officers give often: its code in the trail, and the sentence that the sender reads."""

    code: str
    text: Any
    accepts: bool


#: Reasons that every kind has.
REASONS = (
    Reason("sesuai_bukti", _l("Isi tanggapan sesuai dengan bukti dan hasil pemeriksaan."), True),
    Reason("sudah_benar", _l("Data sudah benar; hasil pemeriksaan tidak menemukan kekeliruan."), False),
    Reason("bukti_kurang", _l("Bukti yang disertakan belum cukup untuk mengubah data."), False),
    Reason("bukan_wewenang", _l("Hal yang disampaikan berada di luar kewenangan kami."), False),
)
#: Names of answers that every response has.
COMMON = ("nama", "kontak", "isi", "nik", "lahir")


@dataclass(frozen=True)
class About:
    """What a response is about, known before it is written: its subject, its words, and where it lies."""

    subject: str
    label: str
    region: str | None = None
    election_id: int | None = None
    party_id: int | None = None
    #: The page about it.
    link: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of response."""

    name: str
    label: Any
    #: Whoever decides holds this beside the room's own permission, where the response lies.
    permission: str
    fields: tuple[Field, ...] = ()
    lead: Any = ""
    #: Days within which it is decided, where no setting says otherwise.
    days: int = 3
    #: Legal setting of the election with the days (electsys.elections.settings).
    setting: str | None = None
    reasons: tuple[Reason, ...] = REASONS
    received: Callable[[ResponseReceived], Any] | None = None
    decided: Callable[[ResponseDecided], Any] | None = None
    #: What the form holds when it is opened from a check: name of the answer -> text, to be changed or sent.
    prefill: Mapping[str, Any] = field(default_factory=dict)
    #: Whether the form asks for an area; without one the nation's officers decide.
    asks_region: bool = True
    #: Whether only who has proved NIK and birth date or name by a check may send it.
    needs_proof: bool = False
    #: Reads the subject in the address of the form (``?tentang=``): None where there is no such thing,
    #: :class:`electsys.errors.Refused` where nobody may write about it now. Without it the text says it.
    about: Callable[[str], About | None] | None = None
    #: How many files may come with it.
    files: int = 3
    #: The election that new responses belong to, where the check does not say it.
    election: Callable[[], int | None] | None = None

    def reason(self, code: str) -> Reason | None:
        """The canned reason of a code."""
        return next((r for r in self.reasons if r.code == code), None)


ALL: dict[str, Kind] = {}
_NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")


def register(
    name: str,
    *,
    label: Any,
    permission: str,
    fields: Sequence[Field] = (),
    reasons: Sequence[Reason] = (),
    **more: Any,
) -> Kind:
    """Declare a kind of response; ``reasons`` come before those that every kind has. Twice is once."""
    if not _NAME.fullmatch(name) or name == "lacak":
        raise ValueError(f"{name!r} cannot stand in an address")
    if taken := {f.name for f in fields} & {*COMMON, "wilayah", "tiket", "berkas", "tantangan", "jawaban"}:
        raise ValueError(f"{name}: every response has {', '.join(sorted(taken))} already")
    ALL[name] = Kind(name, label, permission, tuple(fields), reasons=(*reasons, *REASONS), **more)
    return ALL[name]
