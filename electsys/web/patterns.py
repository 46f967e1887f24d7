"""The pattern book: every part on one page, for whoever builds pages and for the tests that look at them.

It exists in the demo and in tests only. Its words are for builders, hence in no catalogue.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.errors import Refused
from electsys.identity.access import public
from electsys.web import charts
from electsys.web.forms import Form
from electsys.web.tables import Column, Filter, Table

bp = Blueprint("patterns", __name__)
MOMENT = dt.datetime(2024, 2, 14, 6, 0, tzinfo=dt.UTC)
COLOURS = ("#1f7a4d", "#2f6fb2", "#b3261e")


class PatternForm(Form):
    """One field of each kind."""

    name = StringField(
        "Nama", description="Seperti tertulis pada KTP-el.", validators=[InputRequired(), Length(max=40)]
    )
    votes = IntegerField("Suara sah", validators=[InputRequired(), NumberRange(0, 999_999)])
    day = DateField("Tanggal", validators=[Optional()])
    kind = SelectField(
        "Jenis", choices=[SelectChoice("reguler", "Reguler"), SelectChoice("khusus", "Khusus")]
    )
    way = RadioField(
        "Cara kirim",
        choices=[SelectChoice("foto", "Foto"), SelectChoice("berkas", "Berkas")],
        validators=[InputRequired()],
    )
    proof = FileField("Bukti", description="JPEG, PNG, atau PDF.")
    reason = TextAreaField("Alasan", description="Tulis seperlunya.")
    sure = BooleanField("Sudah saya periksa", validators=[InputRequired()])


def _rows(n: int) -> list[dict[str, Any]]:
    return [
        {
            "code": f"12010100{i:02d}",
            "name": f"DESA CONTOH {i}",
            "tps": i * 7 % 13 + 1,
            "votes": i * 137 % 2600,
            "at": MOMENT + dt.timedelta(minutes=i),
            "state": "selesai" if i % 3 else "anomali",
        }
        for i in range(1, n + 1)
    ]


def sample_table(n: int = 120) -> Table:
    """A table with everything on it."""
    return Table(
        _rows(n),
        [
            Column("kode", "Kode", "code", sort=True),
            Column(
                "nama",
                "Desa/kelurahan",
                "name",
                sort=True,
                head=True,
                link=lambda r: url_for("patterns.show"),
            ),
            Column("tps", "TPS", "tps", kind="number", sort=True),
            Column("suara", "Suara sah", "votes", kind="number", sort=True),
            Column("masuk", "Masuk", "at", kind="moment", sort=True),
            Column("keadaan", "Keadaan", "state", hidden=True),
        ],
        caption="Desa",
        empty="Belum ada desa. Muat wilayah untuk memulai.",
        filters=[
            Filter(
                "status",
                "Status",
                [("selesai", "Selesai"), ("anomali", "Anomali")],
                lambda r, v: r["state"] == v,
            )
        ],
        search=True,
        size=20,
        name="desa",
    )


def _maps() -> list[Any]:
    squares = ["M0 0H40V40H0Z", "M40 0H90V30H40Z", "M0 40H40V70H0Z", "M40 30H90V70H40Z"]
    leaders = [charts.Share(f"Pasangan {i + 1}", 0, c, number=i + 1) for i, c in enumerate(COLOURS)]
    one = [
        charts.Area(
            f"{i}",
            f"Kecamatan {i + 1}",
            d,
            f"{25 * i}%",
            step=i + 1 if i else None,
            link=url_for("patterns.show"),
        )
        for i, d in enumerate(squares)
    ]
    two = [
        charts.Area(
            f"{i}",
            f"Kecamatan {i + 1}",
            d,
            f"unggul 0{i}" if i else "belum ada data",
            leader=i - 1 if i else None,
            label=f"0{i}" if i else None,
            at=(20 + 45 * (i % 2), 20 + 32 * (i // 2)) if i else None,
        )
        for i, d in enumerate(squares)
    ]
    common = {"viewbox": "-2 -2 94 74", "head": "Keadaan"}
    return [
        charts.choropleth(
            one,
            title="Cakupan",
            description="Empat kecamatan menurut bagian TPS yang dihitung.",
            legend=[(2, "20–40%"), (3, "40–60%"), (4, "60–80%")],
            **common,  # type: ignore[arg-type]
        ),
        charts.choropleth(
            two,
            title="Unggul sementara",
            description="Empat kecamatan menurut pasangan.",
            leaders=leaders,
            **common,  # type: ignore[arg-type]
        ),
    ]


@bp.route("/pola", methods=["GET", "POST"])
@public
def show() -> Any:
    """Every part; the form shows its errors when sent empty and a refusal when sent well."""
    form = PatternForm()
    table = sample_table()
    if (file := table.download()) is not None:
        return file
    if form.validate_on_submit():
        if form.votes.data == 0:
            form.refuse(Refused("Jumlah suara tidak boleh nol.", field="votes", hint="Periksa C.Hasil."))
        elif form.votes.data == 13:
            raise Refused(
                "Formulir ini sudah dikunci.", hint="Minta pembukaan kepada dua petugas.", status=409
            )
        else:
            flash("Tersimpan.", "success")
            return redirect(url_for("patterns.done"))
    parts = [
        charts.Share(f"Pasangan {i + 1}", v, c, i + 1)
        for i, (v, c) in enumerate(zip((3512, 8401, 2290), COLOURS, strict=True))
    ]
    page = render_template(
        "web/patterns.html",
        form=form,
        table=table,
        empty=Table(
            [],
            [Column("x", "X", "x")],
            caption="Kosong",
            empty="Belum ada apa-apa. Mulai dengan menambah satu.",
            name="kosong",
        ),
        shares=charts.shares(parts, title="Perolehan suara"),
        coverage=charts.coverage(612, 700, 1099, label="612 dari 1.099 TPS dihitung"),
        progress=charts.progress(612, 1099, label="Impor"),
        line=charts.line(
            [(f"{h}.00", h * h * 40) for h in range(13, 24)], title="TPS dihitung", head="Jam", unit="TPS"
        ),
        maps=_maps(),
        moment=MOMENT,
    )
    return page, form.status


@bp.get("/pola/selesai")
@public
def done() -> Any:
    """The end of a task."""
    return render_template("web/patterns_done.html")
