"""The centre of a party approves lists, many at once, as they stood on the page."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from wtforms import SelectChoice

from electsys.db import db
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, requires
from modules.silon import list_tables as tables
from modules.silon.checking import law_of
from modules.silon.forms.lists import ApproveForm, RevokeForm
from modules.silon.models import Nomination
from modules.silon.operations import approvals as operations
from modules.silon.permissions import APPROVE
from modules.silon.queries import lists as queries
from modules.silon.queries.submissions import approval_of, names_digest, names_in
from modules.silon.rules.lists import women_needed
from modules.silon.submission_papers import where_of
from modules.silon.views import bp
from modules.silon.views.list_loading import load_election, load_nomination
from modules.silon.views.lists import shown
from modules.sipol import Standing, officers, participants

#: Lists on the page at once: the rest comes when these are approved.
MOST = 100


def _own(election_id: int) -> tuple[Standing, Scope] | None:
    """The party for whose centre the reader speaks."""
    held = {s.party for s in grants.scopes(current_user, APPROVE) if s.party is not None}
    for party in participants(election_id):
        scope = Scope(party.region, party.party_id, election_id)
        if party.party_id in held and grants.can(current_user, APPROVE, scope):
            return party, scope
    return None


@bp.route("/persetujuan", methods=["GET", "POST"])
@requires(APPROVE)
def approvals() -> Any:
    """Lists that wait for the approval of the party's centre; those that are ticked get it."""
    election = load_election()
    own = _own(election.id)
    if own is None:
        return render_template("silon/lists/nothing.html", election=election)
    party = own[0]
    form = ApproveForm()
    told, more = _waiting(election.id, party.party_id)
    # What was shown before may have changed since: its value is taken in, and the operation says so.
    asked = filter(_well_formed, form.lists.data or []) if form.is_submitted() else ()
    form.lists.choices = [SelectChoice(value, value) for value in {*(t["value"] for t in told), *asked}]
    if not form.is_submitted():
        form.chair.data, form.secretary.data = leaders(party, election.id)
    if form.validate_on_submit():
        done, left = _approve(form, election.id, party.party_id)
        if done:
            flash(ngettext("%(num)s daftar disetujui.", "%(num)s daftar disetujui.", done), "success")
        if not left:
            return redirect(url_for("silon.approvals"))
        for refusal in left:
            form.refuse(refusal)
        db.session.commit()  # those that were right stay approved
        told, more = _waiting(election.id, party.party_id)
    page = render_template(
        "silon/lists/approvals.html",
        form=form,
        election=election,
        party=party,
        told=told,
        more=more,
        state_of=tables.state_of,
    )
    return page, form.status


def _waiting(election_id: int, party_id: int) -> tuple[list[dict[str, Any]], int]:
    """What the page shows of each list that waits, with the value that approves just that; and how many
    more there are."""
    rows = db.session.execute(queries.awaiting_approval(election_id, party_id)).all()
    names = names_in([row.Nomination.id for row in rows[:MOST]])
    law = law_of(election_id)
    told = [
        {
            "row": row.Nomination,
            "value": f"{row.Nomination.id}:{names_digest(names[row.Nomination.id]).hex()}",
            "where": where_of(row.Nomination),
            "names": names[row.Nomination.id],
            "women": row.women,
            "needed": women_needed(row.names, law.quota, law.rounding),
        }
        for row in rows[:MOST]
    ]
    return told, max(0, len(rows) - MOST)


def _well_formed(value: str) -> bool:
    key, _colon, digest = value.partition(":")
    return key.isdigit() and len(digest) == 64 and not set(digest) - set("0123456789abcdef")


def _approve(form: ApproveForm, election_id: int, party_id: int) -> tuple[int, list[Refused]]:
    """How many were approved, and why the others were not."""
    done, left = 0, []
    for key, digest in form.chosen:
        row = db.session.get(Nomination, key)
        if row is None or row.party_id != party_id or row.election_id != election_id:
            abort(404)
        try:
            with db.session.begin_nested():
                operations.approve_list(
                    row,
                    digest,
                    chair=form.chair.data or "",
                    secretary=form.secretary.data or "",
                    actor=current_actor(),
                )
        except Refused as refusal:
            if refusal.field:
                left.append(refusal)
            else:
                left.append(Refused(f"{where_of(row)}: {refusal.message}", hint=refusal.hint, field="lists"))
        else:
            done += 1
    return done, left


def leaders(party: Standing, election_id: int) -> tuple[str, str]:
    """Chair and secretary general of the centre, as Sipol knows them; "" where it does not."""
    named: dict[str, str] = {}
    for officer in officers(party.party_id, election_id, party.region):
        named.setdefault(officer.office, officer.name)
    return named.get("ketua", ""), named.get("sekretaris", "")


@bp.route("/daftar/<int:nomination_id>/tarik-persetujuan", methods=["GET", "POST"])
@requires(APPROVE, load=load_nomination)
def revoke_approval(loaded: Nomination) -> Any:
    """Take an approval back."""
    form = RevokeForm()
    key = loaded.id
    if form.validate_on_submit():
        try:
            operations.revoke_approval(loaded, reason=form.reason.data or "", actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            loaded = db.session.get_one(Nomination, key)
        else:
            flash(_("Persetujuan ditarik."), "success")
            return redirect(url_for("silon.list_page", nomination_id=key))
    page = render_template(
        "silon/lists/act.html",
        form=form,
        fields=[form.reason],
        title=_("Tarik persetujuan"),
        back=(url_for("silon.list_page", nomination_id=key), where_of(loaded)),
        danger=True,
        upload=False,
        approval=approval_of(loaded),
        **shown(loaded),
    )
    return page, form.status
