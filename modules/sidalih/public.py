"""What the public may ask and say: "cek DPT", responses and objections, "who looked at my data"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys import jobs, responses
from electsys.db import db
from electsys.elections.models import Election
from electsys.events import subscribe
from electsys.ledger.wording import name_verb
from electsys.regions.rules import province_of
from electsys.responses import checks, traces
from electsys.responses.checks import Answer, Question
from electsys.responses.kinds import Field, Reason
from electsys.web.formats import title_region
from modules.sidalih.events import ListDetermined
from modules.sidalih.models.lookup import PAIR
from modules.sidalih.operations.canaries import ring_afterwards
from modules.sidalih.operations.lookup import publish_lookup, voters_of
from modules.sidalih.permissions import RESPOND
from modules.sidalih.queries.copies import canary_by_nik

CHECK = "dpt"
RESPONSE = "sidalih_tanggapan"
OBJECTION = "sidalih_keberatan"

#: What the row of a control row has in place of the code of a polling station.
CONTROL = ""
#: One probe of the projection, and the names around the polling station. A rehearsal answers nobody. Only
#: where nobody is found one look more, into the small index of the control rows: the caller takes one row.
STATEMENT = f"""
(select l.tps_code, l.name, l.number, l.mark, l.voter_id, l.election_id, e.name, e.voting_day, s.stage,
       t.name, t.address, v.name, k.name, b.name
from voter_lookup l
join election e on e.id = l.election_id and e.kind <> 'simulasi'
join voter_list s on s.id = l.list_id
left join tps t on t.election_id = l.election_id and t.code = l.tps_code
    and t.province = {province_of("l.tps_code")}
left join region v on v.map_id = e.map_id and v.code = left(l.tps_code, 10)
left join region k on k.map_id = e.map_id and k.code = left(l.tps_code, 6)
left join region b on b.map_id = e.map_id and b.code = left(l.tps_code, 4)
where l.pair = substring(%(pair)s::bytea from 1 for {PAIR})
order by e.voting_day desc limit 1)
union all
select '{CONTROL}', null, null, null, c.copy_id, null, null, null, null, null, null, null, null, null
from voter_canary c where c.nik_index = %(nik_index)s::bytea
"""


def read(row: tuple[Any, ...], question: Question) -> Answer | None:
    """The answer of one row: where to vote, under which number, as whom (masked); none for a control row."""
    if row[0] == CONTROL:
        ring_afterwards(row[4], "cek")
        return None
    code, name, number, mark, voter_id, election_id, election, day, stage, *place = row
    tps, address, village, district, regency = place
    data = {
        "pemilu": election,
        "hari": day.isoformat(),
        "daftar": stage,
        "nama": name,
        "nomor": number,
        "tps": tps,
        "kode_tps": code,
        "alamat_tps": address,
        "desa": _titled(village),
        "kecamatan": _titled(district),
        "kabko": _titled(regency),
        "keterangan": mark,
    }
    return Answer(
        data,
        subject=f"voter:{voter_id}",
        region=code,
        election_id=election_id,
        offers=(RESPONSE, OBJECTION),
        extra={"day": day, "village": code[:10]},
    )


#: Areas around the polling stations, in reading case: the same few thousand again and again.
_titled = lru_cache(8192)(title_region)


def current_election() -> int | None:
    """The election that a response belongs to where no check said it: the newest that is under way."""
    return db.session.scalar(
        select(Election.id)
        .where(Election.kind != "simulasi", Election.state == "berjalan")
        .order_by(Election.voting_day.desc())
        .limit(1)
    )


def seen(question: Question) -> Iterable[traces.Trace]:
    """What was disclosed of the rows of the person who asks."""
    voters = voters_of(question.pair)
    if not voters and (copy_id := canary_by_nik(question.nik_index)) is not None:
        ring_afterwards(copy_id, "jejak")
    return traces.of_subjects(f"voter:{key}" for key in voters)


def on_list(event: ListDetermined) -> None:
    """A list was determined: the public check answers from it as soon as the job has run."""
    jobs.start(
        "sidalih.lookup",
        actor=event.actor,
        subject=f"voter_list:{event.list_id}",
        lock=f"sidalih.lookup:{event.region}",
        list_id=event.list_id,
    )


@jobs.task("sidalih.lookup", label=_l("Menyiapkan cek DPT"), retry=3)
def fill(job: jobs.JobHandle, *, list_id: int) -> None:
    """Fill the projection from a determined list."""
    from flask_babel import gettext as _

    count = publish_lookup(
        list_id, actor=job.actor, progress=lambda done, total: job.progress(done, total, _("Cek DPT"))
    )
    job.result(_("%(count)s pemilih dapat dicek masyarakat.", count=count))


WHAT = (
    ("belum_terdaftar", _l("Saya atau orang lain belum terdaftar")),
    ("data_salah", _l("Data pemilih salah")),
    ("salah_tps", _l("TPS tidak sesuai tempat tinggal")),
    ("meninggal", _l("Pemilih sudah meninggal")),
    ("ganda", _l("Pemilih terdaftar lebih dari sekali")),
    ("pindah", _l("Pemilih sudah pindah")),
    ("tni_polri", _l("Pemilih anggota TNI atau Polri")),
    ("lain", _l("Lainnya")),
)


def join() -> None:
    """Declare the check, the kinds of responses and the traces."""
    checks.register(
        CHECK,
        label=_l("Cek DPT: apakah saya terdaftar?"),
        statement=STATEMENT,
        read=read,
        shows="sidalih/_check.html",
        lead=_l(
            "Isi NIK dan tanggal lahir atau nama Anda. Kami menampilkan TPS Anda; nama tetap disamarkan, "
            "dan NIK tidak disimpan."
        ),
        nothing=_l(
            "Pasangan NIK dan tanggal lahir atau nama itu tidak ada dalam daftar pemilih yang diumumkan. "
            "Periksa ejaan dan angkanya seperti tertulis di KTP-el. Bila benar belum terdaftar, kirim "
            "masukan kepada PPS; pada hari pemungutan Anda tetap dapat memilih dengan KTP-el (DPK)."
        ),
        elsewhere=_l("Anda juga dapat melihat daftar yang ditempel di kantor desa atau kelurahan."),
        offers=(RESPONSE,),
        action=_l("Cek daftar pemilih"),
    )
    responses.register(
        RESPONSE,
        label=_l("Masukan dan tanggapan atas daftar pemilih"),
        permission=RESPOND,
        lead=_l("Masukan Anda diperiksa PPS dan KPU kabupaten/kota. Anda mendapat tanda terima."),
        fields=(
            Field("perihal", _l("Tentang apa?"), "choice", required=True, choices=WHAT),
            Field("nama_pemilih", _l("Nama pemilih yang dimaksud"), help=_l("Kosongkan bila Anda sendiri.")),
            Field("alamat_pemilih", _l("Alamat pemilih itu")),
        ),
        reasons=(
            Reason("didaftarkan", _l("Pemilih sudah kami daftarkan."), True),
            Reason("diperbaiki", _l("Data pemilih sudah kami perbaiki."), True),
            Reason("dicoret", _l("Pemilih sudah kami nyatakan tidak memenuhi syarat."), True),
        ),
        setting="hari_tanggapan_dps",
        election=current_election,
    )
    responses.register(
        OBJECTION,
        label=_l("Keberatan atas data saya dalam daftar pemilih"),
        permission=RESPOND,
        lead=_l("Hanya untuk data Anda sendiri: NIK Anda sudah terbukti lewat Cek DPT."),
        fields=(Field("perihal", _l("Tentang apa?"), "choice", required=True, choices=WHAT[1:]),),
        reasons=(Reason("diperbaiki", _l("Data Anda sudah kami perbaiki."), True),),
        needs_proof=True,
        asks_region=False,
        setting="hari_tanggapan_dps",
        election=current_election,
    )
    traces.register("sidalih", seen)
    subscribe(ListDetermined, on_list)
    name_verb("sidalih:lookup:publish", _l("Menyiapkan cek DPT untuk masyarakat"))
