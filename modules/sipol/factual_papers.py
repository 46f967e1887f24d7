"""The worksheet (lembar kerja, LK) of factual verification of members: on paper what a visitor takes along.

It bears names, addresses and masked NIK; the visitor compares with the KTP-el that is shown.
"""

from __future__ import annotations

from flask_babel import force_locale

from electsys.db import db
from electsys.documents.papers import date_text, letterhead, today
from electsys.documents.pdf import render_pdf
from electsys.privacy import Sealer, mask_nik
from electsys.regions.queries import names
from electsys.verification.models import Sample
from electsys.verification.sampling_words import SAMPLE_METHODS
from electsys.web.formats import angka, title_region
from modules.sipol.places import Place
from modules.sipol.queries import factual as queries


def worksheet(place: Place, sample: Sample) -> bytes:
    """The people of a sample, village by village, with room for three attempts."""
    rows = db.session.execute(queries.people_rows(sample)).all()
    members = queries.members_of(row.SampleMember for row in rows)
    sealer = Sealer("party_member")
    villages = names(queries.villages_of(sample), place.election.map_id)
    people: dict[str, list[list[str]]] = {}
    for row in sorted(rows, key=lambda r: (r.SampleMember.region, r.SampleMember.position)):
        person = row.SampleMember
        member = members[person.id]
        nik = sealer.unseal_fields(member.id, bytes(member.sealed))["nik"]
        village = title_region(villages.get(person.region, person.region))
        people.setdefault(village, []).append(
            [str(person.position), member.name, mask_nik(nik), member.card_number, member.address]
        )
    with force_locale("id"):
        return render_pdf(
            "sipol/factual/worksheet",
            {
                "form": "LK Verifikasi Faktual Keanggotaan",
                "title": place.election.name,
                "party": place.party.name,
                "area": place.name,
                "simulation": place.election.kind == "simulasi",
                "date": today(place.code),
                "printed": date_text(today(place.code)),
                "letterhead": letterhead(place.code),
                "facts": [
                    ["Partai", place.party.name],
                    ["Kabupaten/Kota", place.name],
                    ["Kerangka", angka(sample.frame_size)],
                    ["Sampel", f"{angka(sample.size)} ({SAMPLE_METHODS[sample.method]})"],
                    ["Bilangan undian", sample.seed],
                    ["Sidik kerangka", sample.frame_digest.hex()],
                ],
                "villages": [{"name": name, "people": rows} for name, rows in people.items()],
            },
        )
