"""Background work on members: the voter list changed; doubles between parties are settled."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys import jobs
from electsys.db import db
from electsys.elections.models import Election
from electsys.ledger import Actor
from modules.sidalih import ListDetermined, VotersImported


def on_voters(event: VotersImported) -> None:
    """A voter file came in: some NIK of members are known now, others turn out not to be."""
    _recheck(event.election_id, event.region, f"voter_batch:{event.batch_id}")


def on_list(event: ListDetermined) -> None:
    """A list was determined: struck voters are gone from it."""
    _recheck(event.election_id, event.region, f"voter_list:{event.list_id}")


def _recheck(election_id: int, region: str, cause: str) -> None:
    jobs.start(
        "sipol.recheck_niks",
        actor=Actor.system("nik"),
        subject=f"election:{election_id}",
        lock=f"sipol.recheck_niks:{election_id}",
        election_id=election_id,
        region=region,
        cause=cause,
    )


@jobs.task("sipol.recheck_niks", label=_l("Mencocokkan NIK anggota partai dengan daftar pemilih"), retry=3)
def recheck(job: jobs.JobHandle, *, election_id: int, region: str, cause: str) -> None:
    """Ask the voter list for the NIK of members anew."""
    from modules.sipol.operations.own_flags import recheck_niks

    numbers = recheck_niks(election_id, region, cause=cause, actor=job.actor)
    job.result(
        _(
            "%(raised)s anggota tidak ditemukan dalam daftar pemilih, %(cleared)s ditemukan.",
            raised=numbers["raised"],
            cleared=numbers["cleared"],
        )
    )


@jobs.task("sipol.settle_doubles", label=_l("Menyelesaikan kegandaan antarpartai"), retry=3)
def settle(job: jobs.JobHandle, *, election_id: int, region: str) -> None:
    """Settle the doubles of a region by statements; call to hearings whom several parties claim by one."""
    from modules.sipol.operations.clarifications import settle_doubles

    numbers = settle_doubles(election_id, region, actor=job.actor)
    job.result(
        _(
            "%(kept)s orang tetap di satu partai, %(struck)s tanpa surat pernyataan dicoret,"
            " %(heard)s dipanggil untuk klarifikasi, %(waiting)s menunggu putusan surat pernyataan.",
            **numbers,
        )
    )


@jobs.task("sipol.draw_samples", label=_l("Menarik sampel verifikasi faktual"), retry=3)
def draw_samples(job: jobs.JobHandle, *, election_id: int, party: int | None, region: str) -> None:
    """Draw the samples of all kab/kota of a party, or of all parties of a kab/kota."""
    from modules.sipol.draw_words import drawn_words
    from modules.sipol.operations.factual_draws import draw_many

    election = db.session.get_one(Election, election_id)
    drawn = draw_many(
        election,
        party,
        region,
        actor=job.actor,
        tell=lambda done, total: job.progress(done, total, _("Menarik sampel")),
    )
    seen = f"/{party}/faktual/{region or 'pusat'}" if party is not None else "/faktual"
    job.result(drawn_words(election, drawn, by_party=party is None), f"/partai/{election.code}{seen}")
