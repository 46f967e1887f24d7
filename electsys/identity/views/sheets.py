"""Activation sheets: of one account, or of all whose holders have no password yet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, send_file
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import requires
from electsys.identity.forms import SheetsForm
from electsys.identity.models import Account
from electsys.identity.operations import issue_activation
from electsys.identity.operations.bulk import MOST
from electsys.identity.queries import accounts as queries
from electsys.identity.queries.regions import region_names
from electsys.identity.sheets import Slip, activation_pdf
from electsys.identity.views import MANAGE, bp
from electsys.identity.views.accounts import load_account
from electsys.web.formats import title_region


def sheets_pdf(accounts: Sequence[Account], name: str) -> Response:
    """New links for these accounts as slips of paper; a download that nobody keeps on the way."""
    actor = current_actor()
    first = queries.first_roles(accounts)
    names = region_names(region for _label, region in first.values())
    slips = []
    for account in accounts:
        label, region = first.get(account.id, ("", ""))
        place = title_region(names.get(region, region)) if region else ""
        token = issue_activation(account, actor=actor)
        slips.append(Slip(account.username, account.name, str(label), place, token))
    content = io.BytesIO(activation_pdf(slips))
    response = send_file(content, mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/admin/akun/lembar-aktivasi", methods=["GET", "POST"])
@requires(MANAGE)
def sheets() -> Any:
    """The sheets of many accounts at once."""
    scopes = grants.scopes(current_user, MANAGE)
    waiting = {
        "baru": queries.not_activated(scopes, without_sheet=True),
        "semua": queries.not_activated(scopes),
    }
    counts = {which: queries.how_many(accounts) for which, accounts in waiting.items()}
    form = SheetsForm(counts)
    if form.validate_on_submit():
        accounts = db.session.scalars(waiting[form.whose.data].limit(MOST)).all()
        if accounts:
            return sheets_pdf(accounts, "lembar-aktivasi.pdf")
        form.refuse(Refused(_("Tidak ada akun yang menunggu lembar ini."), field="whose"))
    return render_template("identity/sheets.html", form=form, counts=counts, most=MOST), form.status


@bp.post("/admin/akun/<int:account_id>/lembar-aktivasi")
@requires(MANAGE, load=load_account)
def new_sheet(loaded: Account) -> Any:
    """A new activation sheet: for a first password, or for one that was forgotten."""
    if loaded.id == current_user.id:
        raise Refused(_("Ganti kata sandi Anda sendiri pada halaman Akun saya."))
    return sheets_pdf([loaded], f"aktivasi-{loaded.username}.pdf")
