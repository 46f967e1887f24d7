"""The settings of the law: values with their article, and every version they had."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from electsys.elections import forms, operations, queries
from electsys.elections.citations import cite
from electsys.elections.models import Election, LegalSetting
from electsys.elections.views import READ, SETTING, ask, bp, crumbs_of, found
from electsys.elections.wording import FORMS, TOPICS, value_words
from electsys.identity import current_actor
from electsys.identity.access import Scope, requires
from electsys.web.tables import Column, Filter, Table


def load_setting(election: str, key: str) -> tuple[tuple[Election, list[LegalSetting]], Scope]:
    """A setting with all its versions."""
    row = found(election)
    versions = list(queries.versions(row.id, key))
    if not versions:
        abort(404)
    return (row, versions), Scope(election=row.id)


@bp.get("/<election>/pengaturan")
@requires(READ)
def settings(election: str) -> Any:
    """The settings of the law that are in force."""
    row = found(election)
    table = Table(
        queries.in_force(row.id),
        [
            Column(
                "pengaturan",
                _l("Pengaturan"),
                "label",
                head=True,
                link=lambda s: url_for(".setting", election=row.code, key=s.key),
            ),
            Column("nilai", _l("Nilai"), "value", cell=lambda s: value_words(s, row.voting_day)),
            Column("topik", _l("Topik"), lambda s: str(TOPICS.get(s.topic, s.topic))),
            Column("dasar", _l("Dasar"), "regulation", cell=lambda row: cite(row.regulation)),
            Column("perlu", _l("Perlu dikonfirmasi"), lambda s: _("ya") if s.to_confirm else ""),
            Column("kunci", _l("Kunci"), "key", hidden=True),
            Column("versi", _l("Versi"), "version", kind="number", hidden=True),
        ],
        caption=_l("Pengaturan hukum yang berlaku"),
        empty=_l("Pemilu ini belum mempunyai pengaturan."),
        search=(LegalSetting.label, LegalSetting.key, LegalSetting.regulation),
        filters=[
            Filter("topik", _l("Topik"), list(TOPICS.items()), lambda q, t: q.where(LegalSetting.topic == t)),
            Filter(
                "konfirmasi",
                _l("Perlu dikonfirmasi"),
                [("ya", _l("ya")), ("tidak", _l("tidak"))],
                lambda q, v: q.where(LegalSetting.to_confirm == (v == "ya")),
            ),
        ],
        size=100,
        name=f"pengaturan-{row.code}",
    )
    return table.download() or render_template("elections/settings.html", election=row, table=table)


@bp.get("/<election>/pengaturan/<key>")
@requires(READ)
def setting(election: str, key: str) -> str:
    """One setting: value, article, and every version it had."""
    (row, versions), _scope = load_setting(election, key)
    return render_template(
        "elections/setting.html",
        election=row,
        setting=versions[0],
        versions=versions,
        topic=TOPICS.get(versions[0].topic, versions[0].topic),
        words={v.version: value_words(v, row.voting_day) for v in versions},
        how=FORMS[versions[0].kind],
    )


@bp.route("/<election>/pengaturan/<key>/ubah", methods=["GET", "POST"])
@requires(SETTING, load=load_setting)
def change_setting(loaded: tuple[Election, list[LegalSetting]]) -> Any:
    """A new value."""
    row, (now, *_older) = loaded
    form = forms.setting_form(now)

    def do() -> None:
        operations.set_setting(
            now,
            form["value"].data or "",
            regulation=form["regulation"].data or "",
            confirmed=form["confirmed"].data,
            reason=form["reason"].data,
            actor=current_actor(),
        )

    back = url_for(".setting", election=row.code, key=now.key)
    crumbs = [
        *crumbs_of(row),
        (_("Pengaturan hukum"), url_for(".settings", election=row.code)),
        (now.label, back),
    ]
    action = url_for(".change_setting", election=row.code, key=now.key)
    return ask(form, do, back, _("Ubah: %(label)s", label=now.label), crumbs, action)
