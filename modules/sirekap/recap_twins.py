"""The JSON and CSV twins of a public D.Hasil: plain names, integers, nothing left out."""

from __future__ import annotations

import csv
import io
from typing import Any

from electsys.elections.models import Election
from modules.sirekap.models import RecapCorrection, RecapVersion
from modules.sirekap.operations.recaps import content
from modules.sirekap.queries.recaps import Sheet


def form_json(
    form: Sheet, election: Election, version: RecapVersion, corrections: list[RecapCorrection]
) -> dict[str, Any]:
    """A D.Hasil with its columns, sums and corrections; ``sha256`` is over ``isi`` in canonical JSON."""
    recap = form.recap
    return {
        "pemilu": election.code,
        "keadaan": recap.state,
        "versi": version.number,
        "sha256": version.sha256,
        "disahkan": recap.locked_at.isoformat() if recap.locked_at else None,
        "isi": content(form),
        "pembetulan": [
            {
                "nomor": made.id,
                "tps": made.unit,
                "alasan": made.reason_code,
                "putusan": made.ruling,
                "waktu": made.at.isoformat(),
                "suara_sebelum": None if made.before_votes is None else list(made.before_votes),
                "suara_sesudah": list(made.after_votes),
                "isian_sebelum": None if made.before_cells is None else list(made.before_cells),
                "isian_sesudah": list(made.after_cells),
            }
            for made in corrections
        ],
    }


def form_csv(form: Sheet) -> str:
    """A row a column of the form, the Jumlah Akhir last."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    votes = [f"suara_{line.position}" for line in form.lines]
    writer.writerow(["kode", "nama", "sumber", "tanpa_formulir", *form.model.names, *votes])
    for c in form.columns:
        if c.is_there:
            writer.writerow([c.unit, c.name, c.source, c.missing, *c.cells, *c.votes])
    writer.writerow(["jumlah", "Jumlah Akhir", "", "", *form.cells, *form.votes])
    return out.getvalue()
