"""The minutes of a closed sample (MODEL BA.VERFAK-PARPOL of a kab/kota), through the door of JDIH."""

from __future__ import annotations

from flask_babel import force_locale

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import letterhead, today
from electsys.elections.models import Election
from electsys.ledger import Actor
from electsys.regions.queries import names
from electsys.verification.models import Sample
from electsys.verification.sampling_words import SAMPLE_METHODS
from electsys.web.formats import angka, title_region
from modules.jdih import Letter, draft_minutes
from modules.sipol.minutes import CLASS
from modules.sipol.models import PartyRegistration
from modules.sipol.verdict_words import STEPS


def sample_minutes(registration: PartyRegistration, sample: Sample, step: str, *, actor: Actor) -> Letter:
    """The minutes of what the sample of a kab/kota found, what it says about all, and what is lacking."""
    election = db.session.get_one(Election, registration.election_id)
    region = sample.region
    with force_locale("id"):
        area = title_region(names([region], election.map_id).get(region, region))
        head = letterhead(region)
        body = f"{head['body']} {head['area']}".title().replace("Kpu", "KPU")
        title = f"Hasil Verifikasi Faktual Keanggotaan {registration.party.name} {area}"
        title += " Perbaikan" if step == "verfak_perbaikan" else ""
        title = f"{title} {election.name} (MODEL BA.VERFAK-PARPOL)"
        met, size = sample.found_ms or 0, sample.size
        rows = [
            ["1", "Anggota yang menjadi kerangka sampel", angka(sample.frame_size)],
            ["2", "Sampel", angka(size)],
            ["3", "Sampel memenuhi syarat", angka(met)],
            ["4", "Sampel tidak memenuhi syarat", angka(size - met)],
            ["5", "Proyeksi anggota memenuhi syarat", angka(sample.projection or 0)],
            ["6", "Jumlah minimal", angka(sample.minimum)],
            ["7", "Kekurangan", angka(sample.deficit or 0)],
        ]
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(region))}, {body} menutup "
            f"{STEPS[step]} anggota.",
            "paragraphs": [
                f"Sampel ditarik dengan metode {SAMPLE_METHODS[sample.method]}, bilangan undian "
                f"“{sample.seed}”, anggota pertama nomor {angka(sample.start)}; sidik kerangka SHA-256 "
                f"{sample.frame_digest.hex()}.",
                _said(sample),
            ],
            "table": {
                "caption": title,
                "columns": ["No.", "Uraian", "Jumlah"],
                "rows": rows,
                "numbers": [0, 2],
            },
        }
    return draft_minutes(
        "BA",
        unit=region,
        title=title,
        data=data,
        subject=f"party_registration:{registration.id}",
        signers=[],
        actor=actor,
        source_key=f"sipol:sample:{sample.id}",
        classification=CLASS,
        link=f"/partai/{election.code}/{registration.party_id}/faktual/{region}",
    )


def _said(sample: Sample) -> str:
    if sample.deficit:
        return (
            f"Proyeksi kurang {angka(sample.deficit)} dari jumlah minimal; partai menambah paling sedikit "
            f"{angka(sample.deficit)} anggota dalam masa perbaikan."
        )
    return "Proyeksi mencapai jumlah minimal."
