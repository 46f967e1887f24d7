"""Jobs of the count: letting a confirmed file count, and folding what changed up the tree."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from electsys import jobs
from electsys.db import db
from modules.situng.models import FormPrint, ResultBatch, SetupCheck
from modules.situng.operations.batches import apply_batch
from modules.situng.operations.printing import make_parts
from modules.situng.operations.totals import fold_totals
from modules.situng.workflow import SETUP


def lock_of(contest_id: int) -> str:
    """Files of one contest take turns under this lock."""
    return f"situng:contest:{contest_id}"


@jobs.task("situng.apply", label=_l("Menghitung berkas hasil"), retry=3)
def apply(job: Any, *, batch_id: int) -> None:
    """Let a confirmed batch count, then fold. Running it again changes nothing."""
    batch = db.session.get_one(ResultBatch, batch_id)
    job.progress(0, 2, str(_l("Memindahkan formulir ke versi baru")))
    apply_batch(batch)
    db.session.commit()
    job.progress(1, 2, str(_l("Menjumlahkan ke semua wilayah")))
    fold_totals(batch.contest_id)
    db.session.commit()
    job.progress(2, 2, str(_l("Selesai")))


@jobs.every(1, label=_l("Menjumlahkan hasil yang sudah diterima"))
@jobs.task("situng.fold", label=_l("Menjumlahkan perubahan"))
def fold(job: Any) -> None:
    """Fold whatever waits, contest by contest."""
    for contest_id in db.session.execute(text("select distinct contest_id from total_delta")).scalars().all():
        fold_totals(contest_id)
        db.session.commit()


@jobs.task("situng.read", label=_l("Membaca foto C.Hasil"), retry=2)
def read(job: Any, *, province: str, photo: int) -> None:
    """Let a machine read a photo: a suggestion for those who enter it. Again it changes nothing."""
    from modules.situng.operations.readings import read_photo

    read_photo(province, photo)
    db.session.commit()


@jobs.task("situng.check_setup", label=_l("Gladi persiapan hitung"), retry=2)
def check_setup(job: Any, *, check_id: int) -> None:
    """Check an election's set-up and push its made-up forms; killed before its end, it begins again."""
    from modules.situng.operations.setup import finish_check

    row = db.session.get_one(SetupCheck, check_id)
    finish_check(row, tell=job.progress)
    db.session.commit()
    job.result(str(SETUP.state_label(row.state)), url=f"/hasil/persiapan/gladi/{row.id}")


@jobs.task("situng.print", label=_l("Mencetak formulir C.Hasil"), retry=3)
def print_forms(job: Any, *, print_id: int) -> None:
    """Make the PDFs of a print job, one after another; killed, it goes on after the last one."""
    row = db.session.get_one(FormPrint, print_id)

    def tell(done: int, total: int, stage: str) -> bool:
        job.progress(done, total, stage)
        return not job.cancelled()

    done = make_parts(row, actor=job.actor, tell=tell)
    if not job.saw_cancel:
        job.progress(done, row.forms, str(_l("Selesai")))
        job.result(_("%(n)s formulir siap dicetak.", n=done), url=f"/hasil/cetak/{row.id}")
