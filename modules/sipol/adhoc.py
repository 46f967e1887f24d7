"""Staff of the polls may not be members of a party (UU 7/2017 art. 72 e, art. 21(1) i; PKPU 8/2022).

Asked before an account gets a role of such staff (electsys.identity.appointing).
"""

from __future__ import annotations

from flask_babel import gettext as _

from electsys.errors import Refused
from electsys.identity import appointing
from electsys.identity.access import Scope
from electsys.identity.models import Account, Role
from modules.sipol.queries.standing import memberships

#: Roles of the ad hoc bodies (electsys.identity.catalogue), and of the overseers beside them.
ROLES = frozenset(
    {
        *("ppk", "operator_sirekap_ppk", "pps", "pantarlih", "kpps_ketua", "kpps_operator", "ppln", "kppsln"),
        *("panwascam", "pkd", "ptps"),
    }
)


def refuse_members(account: Account, role: Role, scope: Scope) -> None:
    """Refuse a person whom a party claims as a member, unless the person's own objection waits.

    In which party is not told: whoever appoints staff has no right to the lists.
    """
    if role.name not in ROLES or account.person_id is None:
        return
    found = memberships(person_id=account.person_id, election_id=scope.election)
    if any(not each.disputed for each in found):
        raise Refused(
            _(
                "%(name)s tercatat sebagai anggota partai politik, jadi tidak dapat menjadi %(role)s.",
                name=account.name,
                role=role.words,
            ),
            field="role",
            hint=_(
                "Bila ia bukan anggota, ia dapat menyanggah di halaman “Cek anggota partai”; sesudah "
                "sanggahannya diterima, hak ini dapat diberikan. Bila ia sudah keluar, partai menarik "
                "namanya lebih dulu."
            ),
            status=409,
        )


def join() -> None:
    """Ask before each grant."""
    appointing.register("sipol", refuse_members)
