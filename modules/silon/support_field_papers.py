"""Papers of the factual verification of supporters: minutes of the draw and of an area, the worksheet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from electsys.db import db
from electsys.documents import date_in_words
from electsys.documents.papers import date_text, letterhead, today
from electsys.documents.pdf import render_pdf
from electsys.ledger import Actor
from electsys.privacy import Sealer, mask_nik
from electsys.regions.queries import names
from electsys.verification.models import Sample
from electsys.verification.rules.sampling import label_of
from electsys.web.formats import angka, title_region
from modules.jdih import Letter, draft_minutes
from modules.silon.models import Nomination, Supporter
from modules.silon.queries import support_factual as queries
from modules.silon.queries.support import areas_of
from modules.silon.support_field_words import KINDS, SAMPLE_METHODS
from modules.silon.support_papers import CLASS
from modules.silon.workflow import SUPPORT


def digest_of(election: str, samples: Sequence[Sample]) -> str:
    """SHA-256 over samples by name: name, method, N, n, first number, digest of the frame, a line each."""
    lines = sorted(
        "|".join(
            (
                label_of(election, s.kind, s.owner, s.region, s.round),
                *(s.method, str(s.frame_size), str(s.size), str(s.start), s.frame_digest.hex()),
            )
        )
        for s in samples
    )
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def draw_minutes(nomination: Nomination, step: str, samples: Sequence[Sample], *, actor: Actor) -> Letter:
    """The minutes of a draw: each area with its frame, its sample and the first number."""
    with force_locale("id"):
        areas = areas_of(nomination)
        title = f"Penarikan Sampel {str(SUPPORT.state_label(step)).capitalize()} {nomination.label}"
        rows = [
            [
                title_region(areas.get(s.region, s.region)),
                str(KINDS[s.kind]),
                str(SAMPLE_METHODS[s.method]),
                *(angka(s.frame_size), angka(s.size), angka(s.start)),
            ]
            for s in samples
        ]
        said = [
            f"Sampel pendukung {nomination.label} ditarik dengan bilangan undian “{samples[0].seed}”: "
            f"{angka(sum(s.size for s in samples))} orang dari {angka(sum(s.frame_size for s in samples))} "
            f"pendukung di {angka(len({s.region for s in samples}))} wilayah.",
            f"Sidik seluruh sampel ini SHA-256 {digest_of(nomination.contest.election.code, samples)}.",
        ]
        body = _body(nomination.region)
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(nomination.region))}, {body} menarik sampel.",
            "paragraphs": said,
            "table": {
                "caption": title,
                "columns": ["Wilayah", "Pendukung", "Metode", "Kerangka", "Sampel", "Urutan pertama"],
                "rows": rows,
                "numbers": [3, 4, 5],
            },
        }
    key = f"silon:draw:{nomination.id}:{samples[0].id}"
    return _draft(nomination, nomination.region, title, data, key, actor)


def area_minutes(
    nomination: Nomination, step: str, region: str, samples: Sequence[Sample], *, actor: Actor
) -> Letter:
    """The minutes of what the visits of an area found, and what that says about all there."""
    with force_locale("id"):
        area = title_region(areas_of(nomination).get(region, region))
        title = f"Hasil {str(SUPPORT.state_label(step)).capitalize()} {nomination.label} {area}"
        rows = []
        for sample in samples:
            name, met = str(KINDS[sample.kind]).capitalize(), sample.found_ms or 0
            rows += [
                [f"{name}: kerangka", angka(sample.frame_size)],
                [f"{name}: sampel", angka(sample.size)],
                [f"{name}: sampel memenuhi syarat", angka(met)],
                [f"{name}: sampel tidak memenuhi syarat", angka(sample.size - met)],
                [f"{name}: proyeksi memenuhi syarat", angka(sample.projection or 0)],
            ]
        said = [
            f"{str(KINDS[s.kind]).capitalize()}: metode {SAMPLE_METHODS[s.method]}, bilangan undian "
            f"“{s.seed}”, urutan pertama {angka(s.start)}; sidik kerangka SHA-256 {s.frame_digest.hex()}."
            for s in samples
        ]
        total = sum(s.projection or 0 for s in samples)
        said.append(f"Pendukung yang dihitung di wilayah ini: {angka(total)}.")
        data = {
            "opening": f"Pada hari ini, {date_in_words(today(region))}, {_body(region[:4])} menutup "
            f"{SUPPORT.state_label(step)} di {area}.",
            "paragraphs": said,
            "table": {
                "caption": title,
                "columns": ["Keterangan", "Jumlah"],
                "rows": rows,
                "numbers": [1],
            },
        }
    key = f"silon:area:{nomination.id}:{region}:{max(s.id for s in samples)}"
    return _draft(nomination, region[:4], title, data, key, actor)


def _draft(
    nomination: Nomination, unit: str, title: str, data: dict[str, Any], key: str, actor: Actor
) -> Letter:
    return draft_minutes(
        "BA",
        unit=unit,
        title=title,
        data=data,
        subject=f"nomination:{nomination.id}",
        signers=[],
        actor=actor,
        source_key=key,
        classification=CLASS,
        link=f"/calon/dukungan/{nomination.id}/faktual",
    )


def _body(region: str) -> str:
    head = letterhead(region)
    return f"{head['body']} {head['area']}".strip().title().replace("Kpu", "KPU")


def worksheet(nomination: Nomination, step: str, area: queries.Area) -> bytes:
    """The people of an area's samples, village by village, with room for three attempts; masked NIK."""
    rows = db.session.execute(queries.people_rows(area.samples)).all()
    keys = [queries.key_of(row.SampleMember.subject) for row in rows]
    found = {s.id: s for s in db.session.query(Supporter).where(Supporter.id.in_(keys))}
    sealer = Sealer("supporter")
    election = nomination.contest.election
    villages = names(queries.villages_of(area.samples), election.map_id)
    people: dict[str, list[list[str]]] = {}
    for row in sorted(rows, key=lambda r: (r.SampleMember.region, r.SampleMember.id)):
        one = found[queries.key_of(row.SampleMember.subject)]
        nik = mask_nik(sealer.unseal_fields(one.id, bytes(one.sealed))["nik"])
        village = title_region(villages.get(row.SampleMember.region, row.SampleMember.region))
        double = "*" if row.kind == queries.DOUBLE else ""
        people.setdefault(village, []).append(
            [f"{row.SampleMember.position}{double}", one.name, nik, one.address]
        )
    with force_locale("id"):
        return render_pdf(
            "silon/support/worksheet",
            {
                "form": "LK Verifikasi Faktual Dukungan",
                "title": election.name,
                "simulation": election.kind == "simulasi",
                "date": today(area.code),
                "printed": date_text(today(area.code)),
                "letterhead": letterhead(area.code[:4]),
                "facts": [
                    ["Yang didukung", nomination.label],
                    ["Tahap", str(SUPPORT.state_label(step)).capitalize()],
                    ["Wilayah", title_region(area.name)],
                    ["Sampel", angka(sum(s.size for s in area.samples))],
                    ["Bilangan undian", area.samples[0].seed],
                ],
                "villages": [{"name": name, "people": lines} for name, lines in people.items()],
            },
        )
