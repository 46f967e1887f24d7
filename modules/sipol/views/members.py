"""Members of a party: the list, one member with its past, what a party may do; files and the mix of flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys.db import db
from electsys.documents import StoredFile, store_file
from electsys.documents.views import send_stored
from electsys.elections.models import Election
from electsys.elections.queries import by_code
from electsys.errors import Refused
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, can, requires
from electsys.privacy.operations import PERMISSION as REVEAL
from electsys.regions import queries as regions
from electsys.web.formats import title_region
from modules.sipol import member_tables as tables
from modules.sipol import member_wording as words
from modules.sipol.forms import members as forms
from modules.sipol.imports.deliveries import KIND
from modules.sipol.models import MemberStatement, Party, PartyBatch, PartyMember, PartyRegistration
from modules.sipol.operations import members as operations
from modules.sipol.operations.statements import upload_statement
from modules.sipol.permissions import EDIT_MEMBERS, READ, READ_MEMBERS
from modules.sipol.places import CENTRE, Place, locked, registration_of
from modules.sipol.queries import flags as flag_queries
from modules.sipol.queries import members as queries
from modules.sipol.queries.scans import scans_of
from modules.sipol.rules import members as rules
from modules.sipol.scan_words import KINDS as SCAN_KINDS
from modules.sipol.views import bp
from modules.sipol.views.entry_loading import load_place

#: Letters that may come at once.
MOST = 100


def load_list(election: str, party: int, region: str = "") -> tuple[Place, Scope]:
    """A party's area; without one, the widest that the reader has in that party."""
    return load_place(election, party, region or _own_region(election, party, READ_MEMBERS))


def load_entry(election: str, party: int) -> tuple[Place, Scope]:
    """The area of a party in which the caller enters members."""
    return load_place(election, party, _own_region(election, party, EDIT_MEMBERS))


def _own_region(election: str, party: int, permission: str) -> str:
    found = by_code(election)
    row = registration_of(found.id, party) if found else None
    if found is None or row is None:
        abort(404)
    held = [
        scope.region or ""
        for scope in grants.scopes(current_user, permission)
        if grants.covers(scope, Scope(scope.region, party, found.id))
    ]
    widest = min(held, key=len, default=row.region)
    return max(widest, row.region, key=len)[:6] or CENTRE


def load_member(member_id: int) -> tuple[PartyMember, Scope]:
    """A member, in its village and party; the second lock hides those of others."""
    member = db.session.get(PartyMember, member_id)
    if member is None:
        abort(404)
    return member, Scope(member.village_code, member.party_id, member.election_id)


def load_batch(batch_id: int) -> tuple[PartyBatch, Scope]:
    """A file of members, in its area and party."""
    batch = db.session.get(PartyBatch, batch_id)
    if batch is None:
        abort(404)
    registration = db.session.get_one(PartyRegistration, batch.registration_id)
    return batch, Scope(batch.region, batch.party_id, registration.election_id)


# --- the list ------------------------------------------------------------------------------------


@bp.get("/<election>/<int:party>/anggota")
@bp.get("/<election>/<int:party>/anggota/<region>")
@requires(READ_MEMBERS, load=load_list)
def members(place: Place) -> Any:
    """The members of a party in an area: NIK masked, flags beside them."""
    table = tables.members_table(place)
    return table.download() or render_template(
        "sipol/members/list.html",
        place=place,
        path=_path(place, "sipol.members"),
        table=table,
        flagged=flag_queries.flagged_in(place.registration, place.code),
        may_edit=can(current_user, EDIT_MEMBERS, place.scope),
        lock=locked(place.registration),
        kind=KIND,
    )


@bp.get("/<election>/<int:party>/tanda-anggota")
@bp.get("/<election>/<int:party>/tanda-anggota/<region>")
@requires(READ_MEMBERS, load=load_list)
def member_flags(place: Place) -> Any:
    """The mix of flags, area by area."""
    mix = flag_queries.mix_of(place.registration, place.code)
    table = tables.mix_table(place, mix)
    return table.download() or render_template(
        "sipol/members/flags.html",
        place=place,
        path=_path(place, "sipol.member_flags"),
        table=table,
        total={flag: sum(area.flags[flag] for area in mix) for flag in words.FLAGS},
        members=sum(area.members for area in mix),
        flagged=sum(area.flagged for area in mix),
        words=words,
    )


def _path(place: Place, endpoint: str) -> list[tuple[str, str]]:
    """(address, name) of what stands above, as far as the reader may open it: the party, then its areas."""
    registration, election = place.registration, place.election
    if not place.code:
        portal = url_for("sipol.portal", election=election.code, party=registration.party_id)
        return [(portal, registration.party.short_name)] if can(current_user, READ, place.scope) else []
    codes = [code for code in (CENTRE, place.code[:2], place.code[:4]) if code and code != place.code]
    named = regions.names(codes, election.map_id)
    return [
        (
            url_for(endpoint, election=election.code, party=registration.party_id, region=code),
            title_region(named[code]) if code in named else registration.party.short_name,
        )
        for code in dict.fromkeys(codes)
        if can(
            current_user,
            READ_MEMBERS,
            Scope("" if code == CENTRE else code, registration.party_id, election.id),
        )
    ]


# --- one member ----------------------------------------------------------------------------------


@bp.get("/anggota/<int:member_id>")
@requires(READ_MEMBERS, load=load_member)
def member(loaded: PartyMember) -> Any:
    """One member: what the party claims, what is flagged and how it is mended, and all that happened."""
    scope = Scope(loaded.village_code, loaded.party_id, loaded.election_id)
    registration = db.session.get_one(PartyRegistration, loaded.registration_id)
    may_edit = can(current_user, EDIT_MEMBERS, scope) and loaded.state in rules.ACTIVE
    election = db.session.get_one(Election, loaded.election_id)
    page = render_template(
        "sipol/members/member.html",
        member=loaded,
        party=registration.party,
        election=election,
        place=[title_region(area.name) for area in regions.ancestors(loaded.village_code, election.map_id)]
        + [
            title_region(
                regions.names([loaded.village_code], election.map_id).get(
                    loaded.village_code, loaded.village_code
                )
            )
        ],
        nik=queries.masked_numbers([loaded])[loaded.id],
        reveals=can(current_user, REVEAL, Scope(loaded.village_code)),
        history=queries.history_of(loaded),
        twins=queries.twins_of(loaded),
        hearing=queries.hearing_called(loaded),
        scans=scans_of(loaded.id),
        scan_kinds=SCAN_KINDS,
        may_edit=may_edit,
        lock=locked(registration) if may_edit else None,
        answerable=[flag for flag in loaded.flags if flag in rules.ANSWERABLE],
        words=words,
    )
    return page, 200, {"Cache-Control": "no-store"}


def act(loaded: PartyMember, form: Any, title: Any, do: Callable[[], str], *, upload: bool = False) -> Any:
    """Show a form of one act, do it, say what was done; a refusal stands at its field."""
    if form.validate_on_submit():
        try:
            said = do()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(said, "success")
            return redirect(url_for("sipol.member", member_id=loaded.id))
    order = getattr(form, "ORDER", None)
    page = render_template(
        "sipol/members/act.html",
        back=(url_for("sipol.member", member_id=loaded.id), loaded.name),
        form=form,
        title=title,
        fields=[form[name] for name in order] if order else [f for f in form if f.type != "CSRFTokenField"],
        upload=upload,
    )
    return page, form.status, {"Cache-Control": "no-store"}


@bp.route("/anggota/<int:member_id>/ubah", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_member)
def change_member(loaded: PartyMember) -> Any:
    """Change fields of a row; everybody's flags follow."""
    plain = ("name", "sex", "birth_place", "marital_status", "occupation", "address", "village_code")
    form = forms.ChangeForm(**{name: getattr(loaded, name) for name in (*plain, "card_number", "card_date")})

    def do() -> str:
        differs = operations.change_member(loaded, form.changes(), actor=current_actor())
        if not differs:
            return _("Tidak ada yang berbeda; tidak ada yang diubah.")
        changed = ", ".join(str(words.FIELDS[name]).lower() for name in differs)
        return _("Diubah: %(fields)s.", fields=changed)

    return act(loaded, form, _("Ubah data anggota"), do)


@bp.route("/anggota/<int:member_id>/tarik", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_member)
def withdraw_member(loaded: PartyMember) -> Any:
    """Claim the person no more."""
    form = forms.WithdrawForm()

    def do() -> str:
        operations.withdraw_member(loaded, reason=form.reason.data or "", actor=current_actor())
        return _("Anggota ditarik. Riwayatnya tetap ada.")

    return act(loaded, form, _("Tarik anggota"), do)


@bp.route("/anggota/<int:member_id>/pernyataan", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_member)
def bring_statement(loaded: PartyMember) -> Any:
    """Bring the signed statement of one member."""
    form = forms.StatementForm().offer([flag for flag in loaded.flags if flag in rules.ANSWERABLE])

    def do() -> str:
        stored = form.letter.store(actor=current_actor())
        upload_statement(loaded, form.flag.data, stored.id, actor=current_actor())
        return _("Surat pernyataan diterima dengan tanda terima %(receipt)s.", receipt=stored.receipt)

    return act(loaded, form, _("Unggah surat pernyataan"), do, upload=True)


def load_letter(statement_id: int) -> tuple[StoredFile, Scope]:
    """The file of a statement, in the village and party of its member."""
    statement = db.session.get(MemberStatement, statement_id)
    stored = db.session.get(StoredFile, statement.file_id) if statement else None
    if statement is None or stored is None:
        abort(404)
    _member, scope = load_member(statement.member_id)
    return stored, scope


@bp.get("/pernyataan/<int:statement_id>/berkas")
@requires(READ_MEMBERS, load=load_letter)
def statement_file(loaded: StoredFile) -> Response:
    """The signed statement."""
    return send_stored(loaded)


# --- entering ------------------------------------------------------------------------------------


@bp.route("/<election>/<int:party>/tambah-anggota", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_entry)
def add_member(place: Place) -> Any:
    """Enter one member by hand."""
    form = forms.AddForm()
    if form.validate_on_submit():
        try:
            made = operations.add_member(place.registration, form.claim(), actor=current_actor())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Anggota %(name)s dicatat.", name=made.name), "success")
            return redirect(url_for("sipol.member", member_id=made.id))
    page = render_template(
        "sipol/members/act.html",
        back=(url_for("sipol.members", **place.here), _("Anggota")),
        form=form,
        title=_("Tambah anggota"),
        fields=[form[name] for name in form.ORDER],
        upload=False,
    )
    return page, form.status, {"Cache-Control": "no-store"}


@bp.route("/<election>/<int:party>/surat-pernyataan", methods=["GET", "POST"])
@requires(EDIT_MEMBERS, load=load_entry)
def bring_statements(place: Place) -> Any:
    """Bring many statements at once; each file finds its member by the card number in its name."""
    form = forms.StatementsForm().offer(rules.ANSWERABLE)
    left: list[tuple[str, str]] = []
    if form.validate_on_submit():
        done, left = _take_letters(place, form)
        if done:
            db.session.commit()
            flash(_("%(n)s surat pernyataan diterima.", n=done), "success")
        if not left:
            return redirect(url_for("sipol.members", **place.here, bendera=form.flag.data))
    page = render_template("sipol/members/statements.html", place=place, form=form, left=left, words=words)
    return page, form.status


def _take_letters(place: Place, form: forms.StatementsForm) -> tuple[int, list[tuple[str, str]]]:
    """How many letters were taken, and (file name, why not) of the others."""
    files = [file for file in form.letters.data or [] if file and file.filename]
    if len(files) > MOST:
        form.refuse(Refused(_("Paling banyak %(n)s berkas sekaligus.", n=MOST), field="letters"))
        return 0, []
    flag, actor = form.flag.data, current_actor()
    cards = queries.waiting_for_statement(place.registration, place.code, flag)
    found = rules.match_files([file.filename for file in files], cards)
    done, left = 0, []
    for file in files:
        key = found.get(file.filename)
        if key is None:
            left.append(
                (file.filename, _("Tidak ada anggota bertanda ini dengan nomor KTA dalam nama berkas."))
            )
            continue
        try:
            with db.session.begin_nested():
                stored = store_file(file.stream, name=file.filename, kind="evidence", actor=actor)
                row = db.session.get_one(PartyMember, key)
                upload_statement(row, flag, stored.id, actor=actor)
        except Refused as refusal:
            left.append((file.filename, " ".join(filter(None, (refusal.message, refusal.hint)))))
        else:
            done += 1
    return done, left


# --- files ---------------------------------------------------------------------------------------


@bp.get("/berkas-anggota")
@requires(READ_MEMBERS)
def member_batches() -> Any:
    """Files of members of the caller's parties and regions."""
    table = tables.batches_table(queries.batches_in(grants.scopes(current_user, READ_MEMBERS)))
    may = bool(grants.scopes(current_user, EDIT_MEMBERS))
    return table.download() or render_template(
        "sipol/members/batches.html", table=table, may_import=may, kind=KIND
    )


@bp.get("/berkas-anggota/<int:batch_id>")
@requires(READ_MEMBERS, load=load_batch)
def member_batch(loaded: PartyBatch) -> Any:
    """One file: where it came from, and that its numbers add up."""
    registration = db.session.get_one(PartyRegistration, loaded.registration_id)
    election = db.session.get_one(Election, registration.election_id)
    named = regions.names([loaded.region], election.map_id)
    return render_template(
        "sipol/members/batch.html",
        batch=loaded,
        party=db.session.get_one(Party, loaded.party_id),
        election=election,
        region=title_region(named[loaded.region]) if loaded.region in named else _("seluruh Indonesia"),
        list=url_for(
            "sipol.members",
            election=election.code,
            party=loaded.party_id,
            region=loaded.region[:6] or CENTRE,
            berkas=loaded.id,
        ),
    )
