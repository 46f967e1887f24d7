"""Samples of members for everybody: the public seed, every sample by its figures, and each drawn again.

No person stands here: a sample is told by party, area, sizes, digest and the places of its frame.
"""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from electsys.db import db
from electsys.elections.models import Election
from electsys.identity.access import public
from electsys.regions.queries import names
from electsys.verification.models import Sample, SampleMember
from electsys.verification.queries import samples as reads
from electsys.verification.rules import sampling
from electsys.verification.sampling_words import SAMPLE_METHODS
from electsys.web.formats import title_region
from electsys.web.tables import Column, Filter, Table
from modules.sipol.models import Party
from modules.sipol.queries import factual as queries
from modules.sipol.queries import public as parties
from modules.sipol.views import bp
from modules.sipol.views.public import found_election, open_json

#: Samples in one answer for programs; ``?sesudah=`` goes on behind the last.
BATCH = 5_000


@bp.get("/publik/<election>/sampel")
@public
def public_samples(election: str) -> Any:
    """The seed, how a sample is drawn with it, and every sample that was drawn."""
    found = found_election(election)
    known = [
        (str(row.party_id), row.party.short_name) for row in db.session.scalars(parties.parties(found.id))
    ]
    named: dict[str, str] = {}

    def place(row: Any) -> str:
        if not named:
            named.update(names({r.Sample.region for r in table.page.rows}, found.map_id))
        return title_region(named.get(row.Sample.region, row.Sample.region))

    table = Table(
        queries.public_samples(found.id),
        [
            Column(
                "partai",
                _l("Partai"),
                "party",
                sort=Party.short_name,
                head=True,
                link=lambda r: url_for("sipol.public_sample", election=election, sample_id=r.Sample.id),
            ),
            Column("wilayah", _l("Wilayah"), place, sort=Sample.region),
            Column("kode", _l("Kode"), "Sample.region", hidden=True),
            Column("putaran", _l("Putaran"), "Sample.round", kind="number"),
            Column("metode", _l("Metode"), lambda r: SAMPLE_METHODS[r.Sample.method]),
            Column("kerangka", _l("Kerangka"), "Sample.frame_size", kind="number", sort=Sample.frame_size),
            Column("sampel", _l("Sampel"), "Sample.size", kind="number", sort=Sample.size),
            Column("mulai", _l("Urutan pertama"), "Sample.start", kind="number"),
            Column("nama_sampel", _l("Nama sampel"), lambda r: label_of(found, r.Sample), hidden=True),
            Column("sidik", _l("Sidik kerangka"), lambda r: r.Sample.frame_digest.hex(), hidden=True),
            Column("ditarik", _l("Ditarik"), "Sample.drawn_at", kind="moment", sort=Sample.drawn_at),
        ],
        caption=_l("Sampel anggota yang sudah ditarik"),
        empty=_l("Belum ada sampel yang ditarik."),
        filters=[Filter("partai", _l("Partai"), known, lambda q, v: q.where(Sample.party_id == int(v)))],
        size=25,
        name=f"sampel-{found.code}",
    )
    return table.download() or render_template(
        "sipol/public/samples.html",
        election=found,
        table=table,
        seed=reads.seed_of(queries.KIND, found.id),
    )


@bp.get("/publik/<election>/sampel.json")
@public
def public_samples_json(election: str) -> Any:
    """The same for programs."""
    found = found_election(election)
    seed = reads.seed_of(queries.KIND, found.id)
    after = request.args.get("sesudah", 0, type=int)
    rows = db.session.execute(
        queries.public_samples(found.id)
        .where(Sample.id > after)
        .order_by(None)
        .order_by(Sample.id)
        .limit(BATCH)
    ).all()
    return open_json(
        {
            "pemilu": found.code,
            "undian": None
            if seed is None
            else {"bilangan": seed.seed, "sumber": seed.source, "dicatat": seed.at.isoformat()},
            "sampel": [line_of(found, row.Sample, row.party) for row in rows],
            "sesudah": rows[-1].Sample.id if len(rows) == BATCH else None,
        }
    )


@bp.get("/publik/<election>/sampel/<int:sample_id>")
@public
def public_sample(election: str, sample_id: int) -> Any:
    """One sample, drawn again from its seed, label and size while the page is opened."""
    found = found_election(election)
    row = db.session.execute(
        queries.public_samples(found.id).where(Sample.id == sample_id)
    ).one_or_none() or abort(404)
    sample: Sample = row.Sample
    label = label_of(found, sample)
    drawn = sampling.draw(sample.frame_size, sample.method, sampling.number_of(sample.seed, label))
    kept = db.session.scalars(
        select(SampleMember.frame_position)
        .where(SampleMember.sample_id == sample.id)
        .order_by(SampleMember.position)
    ).all()
    area = names([sample.region], found.map_id).get(sample.region, sample.region)
    return render_template(
        "sipol/public/sample.html",
        election=found,
        sample=sample,
        party=row.party,
        area=title_region(area),
        label=label,
        number=f"{sampling.number_of(sample.seed, label):064x}",
        method=SAMPLE_METHODS[sample.method],
        places=drawn.places,
        matches=list(drawn.places) == list(kept),
    )


def label_of(election: Election, sample: Sample) -> str:
    """The name of a sample that goes into its draw."""
    return sampling.label_of(election.code, sample.kind, sample.owner, sample.region, sample.round)


def line_of(election: Election, sample: Sample, party: str) -> dict[str, Any]:
    """One sample as programs read it."""
    return {
        "nomor": sample.id,
        "partai": party,
        "wilayah": sample.region,
        "putaran": sample.round,
        "nama_sampel": label_of(election, sample),
        "metode": sample.method,
        "undian": sample.seed,
        "kerangka": sample.frame_size,
        "sampel": sample.size,
        "mulai": sample.start,
        "sidik_kerangka": sample.frame_digest.hex(),
        "ditarik": sample.drawn_at.isoformat(),
    }
