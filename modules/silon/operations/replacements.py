"""Between DCS and DCT: who leaves the list, who comes in their place, and what is concluded about them.

A candidate leaves by KPU's record with evidence (a letter, a certificate, a verdict); the party puts up
another in the same place within the window (PKPU 10/2023 art. 75-82). Every leaving is a new public version
of the DCS with its reason, and a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select

from electsys.db import db
from electsys.documents.models import StoredFile
from electsys.elections import settings
from electsys.errors import Refused
from electsys.identity import grants
from electsys.ledger import Actor, record
from electsys.notices import notify
from modules.silon import checking
from modules.silon.claims import CandidateClaim
from modules.silon.finding_words import finding_words
from modules.silon.listing_words import LEFT
from modules.silon.models import Candidate, Listing, Nomination
from modules.silon.models.candidates import STANDING
from modules.silon.operations.access import require_editable, scope_of, who_put_up
from modules.silon.operations.amendments import announce_change
from modules.silon.operations.candidate_events import move_candidate
from modules.silon.operations.candidates import add_candidate
from modules.silon.operations.conclusions import conclude_candidate
from modules.silon.permissions import CONCLUDE, EDIT, RECEIVE
from modules.silon.rules.lists import Finding, Listed, judge_list
from modules.silon.rules.replacements import must_be_woman, newly_broken
from modules.silon.workflow import CANDIDATE, LEFT_DCS

#: States of a nomination in which somebody may leave the provisional list.
LEAVES = ("dcs", "tanggapan", "klarifikasi", "penggantian", "rancangan_dct")
#: ... and in which another may come.
COMES = ("rancangan_dcs", "penggantian", "rancangan_dct")
#: Who may be replaced, by the move ``replace``; somebody found unfit or withdrawn is gone already.
GONE = ("tms", "ditarik")
#: A party learns that somebody left its list, or what was concluded about a replacement.
LEFT_NOTICE, CONCLUDED = "silon.candidate.left", "silon.candidate.concluded"
#: Event of each way to leave, and who may record it.
KINDS = {"resign": ("tarik", RECEIVE), "die": ("coret", RECEIVE), "fail_dcs": ("putus", CONCLUDE)}


def leave_dcs(
    row: Candidate,
    action: str,
    *,
    reason: str,
    evidence: StoredFile | None,
    actor: Actor,
    kind: str | None = None,
    public: str | None = None,
    response_id: int | None = None,
) -> Listing | None:
    """Take somebody off the provisional list: ``resign``, ``die`` or ``fail_dcs``; the new public version.

    ``reason`` is for the record; ``public`` what everybody reads, by default the words of the law. Refused
    without evidence. Somebody who came later than the DCS was never on it: no version is made then.
    """
    if action not in KINDS:
        raise Refused(_("Pilih sebab calon keluar dari daftar."), field="action")
    event, permission = KINDS[action]
    nomination = row.nomination
    if response_id is None:  # whoever decides a response was asked for that right
        grants.demand(actor, permission, scope_of(row))
    db.session.refresh(nomination, with_for_update={"of": Nomination})
    if nomination.state not in LEAVES:
        raise Refused(
            _("Calon keluar dari DCS hanya di antara penetapan DCS dan DCT."),
            hint=_("Sesudah DCT ditetapkan, calon dicoret melalui perubahan DCT."),
            status=409,
        )
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    if evidence is None and response_id is None:
        raise Refused(
            _("Sertakan buktinya: surat pengunduran diri, akta kematian, atau putusan."), field="evidence"
        )
    move_candidate(
        row,
        action,
        kind=kind or event,
        reason=" ".join(reason.split()),
        file_id=evidence.id if evidence else None,
        actor=actor,
    )
    said = public or LEFT[LEFT_DCS[action]]
    listing = announce_change(nomination, "dcs", {row.id: said}, reason=said, actor=actor)
    record(
        "silon:candidate:leave",
        f"candidate:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"action": action, "listing": listing.id if listing else None, "response": response_id},
    )
    notify(
        who_put_up(row.nomination),
        LEFT_NOTICE,
        {"number": row.number, "state": row.state},
        f"/calon/pengganti/{nomination.id}",
        actor=actor,
    )
    return listing


def replace_in_dcs(row: Candidate, claim: CandidateClaim, *, reason: str, actor: Actor) -> Candidate:
    """Another in the place of somebody who left, or whom the party takes off, in the window for it.

    The new one has the same number, is ``baru`` and must be verified. Refused where a rule on women that the
    list kept would be broken (UU 7/2017 art. 245-246), or the setting asks a woman for a woman.
    """
    nomination = row.nomination
    require_editable(nomination, permission=EDIT, actor=actor)
    if nomination.state not in COMES:
        raise Refused(_("Calon hanya diganti pada masa pencermatan atau penggantian."), status=409)
    db.session.refresh(row, with_for_update={"of": Candidate})
    if row.state not in GONE and CANDIDATE.find(row.state, "replace") is None:
        raise Refused(
            _("%(name)s tidak dapat diganti: ia “%(state)s”.",
              name=row.name, state=CANDIDATE.state_label(row.state)),
            status=409,
        )  # fmt: skip
    if taken := _follower(row):
        raise Refused(
            _("%(name)s sudah diganti oleh %(other)s.", name=row.name, other=taken.name), status=409
        )
    _require_women(row, claim)
    was_listed = row.state == "dcs"
    if row.state not in GONE:
        move_candidate(row, "replace", kind="ganti", reason=reason, actor=actor)
    if was_listed:
        announce_change(
            nomination,
            "dcs",
            {row.id: LEFT["mengundurkan_diri"]},
            reason=_("Diganti partai politik"),
            actor=actor,
        )
    return add_candidate(nomination, claim, actor=actor, number=row.number, replaces=row)


def conclude_replacement(row: Candidate, *, actor: Actor) -> str:
    """Conclude the verification of somebody who came after the DCS; ``ms`` enters the DCT, ``tms`` does not.

    There is no second round (PKPU 10/2023 art. 79); the place of one who fails may be filled again while the
    window is open. The minutes and the move are those of every conclusion (operations.conclusions).
    """
    state = conclude_candidate(row, actor=actor)
    record(
        "silon:candidate:conclude",
        f"candidate:{row.id}",
        actor=actor,
        region=row.region or None,
        election_id=row.election_id,
        details={"state": state, "replaces": row.replaces_id},
    )
    notify(
        who_put_up(row.nomination),
        CONCLUDED,
        {"number": row.number, "state": row.state},
        f"/calon/pengganti/{row.nomination_id}",
        actor=actor,
    )
    return state


def findings_with(nomination: Nomination) -> list[Finding]:
    """What the rules say of a list with those who would stand on the final one."""
    if nomination.kind != "daftar":
        return []
    rows = [row for row in _places(nomination).values() if row.state in STANDING]
    return judge_list(checking.facts_of(nomination, rows))


def _places(nomination: Nomination) -> Mapping[int, Candidate]:
    """Who stands, or stood last, at each number of the list."""
    rows = db.session.scalars(
        select(Candidate)
        .where(Candidate.nomination_id == nomination.id, Candidate.state.not_in(("ditarik", "diganti")))
        .order_by(Candidate.id)
    )
    return {row.number: row for row in rows}


def _follower(row: Candidate) -> Candidate | None:
    return db.session.scalars(
        select(Candidate).where(Candidate.replaces_id == row.id, Candidate.state.in_(STANDING)).limit(1)
    ).first()


def _require_women(row: Candidate, claim: CandidateClaim) -> None:
    nomination = row.nomination
    if nomination.kind != "daftar":
        return
    if must_be_woman(row.sex, claim.sex, settings.value(nomination.election_id, "pengganti_perempuan")):
        raise Refused(
            _("Calon perempuan diganti oleh calon perempuan."),
            hint=_("Ajukan calon perempuan di nomor %(n)s.", n=row.number),
            field="sex",
            status=409,
        )
    law, regions = checking.law_of(row.election_id), checking.party_regions(row.election_id)
    places = dict(_places(nomination))
    places[row.number] = row
    before = checking.facts_of(nomination, places.values(), law=law, regions=regions)
    changed = [
        Listed(each.number, claim.sex, claim.name) if each.number == row.number else each
        for each in before.candidates
    ]
    broken = newly_broken(before, replace(before, candidates=changed))
    if broken:
        raise Refused(
            _("Dengan calon ini daftar melanggar ketentuan: %(what)s", what=finding_words(broken[0])),
            hint=_("Ajukan calon perempuan di nomor %(n)s.", n=row.number),
            field="sex",
            status=409,
        )
