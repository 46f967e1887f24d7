"""The writer that restores: an old version of what was said of somebody becomes the newest."""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.ledger import Actor
from modules.silon.models import Candidate, CandidateVersion
from modules.silon.operations.candidates import change_candidate
from modules.silon.queries.versions import claim_at


def restore_version(row: Candidate, version: CandidateVersion, *, reason: str, actor: Actor) -> list[str]:
    """Say of somebody again what an old version said, as a new version; the fields that changed.

    Number and photo stay: they have acts of their own. Refused without a reason, for a version of somebody
    else, while the candidate may not be changed, and where nothing differs. KPU changes no party's data,
    hence restores none.
    """
    if version.candidate_id != row.id:
        raise Refused(_("Versi ini bukan milik calon ini."), status=404)
    if not reason.strip():
        raise Refused(_("Tuliskan alasannya."), field="reason")
    words = _("Dipulihkan ke versi %(n)s: %(reason)s", n=version.version, reason=reason.strip())
    changed = change_candidate(row, claim_at(version), actor=actor, reason=words)
    if not changed:
        raise Refused(_("Versi itu sama dengan yang berlaku sekarang; tidak ada yang diubah."), status=409)
    return changed
