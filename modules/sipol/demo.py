"""Sipol in the demo: the participants of 2024 under their numbers, and a made-up party at its entry."""

from __future__ import annotations

import datetime as dt
import io

from sqlalchemy import select, text

from electsys.db import db
from electsys.demo import ELECTION, Demo, step
from electsys.documents import StoredFile, store_file
from electsys.elections import calendar
from electsys.elections.models import Contest, Election, Participant
from electsys.elections.operations import set_times
from electsys.elections.queries import by_code
from electsys.elections.seed import DEMO_OPEN
from electsys.identity.models import Account, Role
from electsys.identity.operations import give_grant
from electsys.ledger import Actor
from modules.sipol.models import Party, PartyRegistration
from modules.sipol.operations.progress import count_progress
from modules.sipol.operations.registrations import LastElection, PartyFacts, open_registration
from modules.sipol.synthetic.registration import fill_registration, map_areas

KABKO = "1201"
#: Parties that passed 4 % in the DPR election of 2019: no factual step in 2022.
PARLIAMENT_2019 = (1, 2, 3, 4, 5, 8, 12, 14, 17)
#: The made-up party; its name tells that it is none.
SIMULATED = PartyFacts("nasional", "Partai Simulasi Bahari", "PSB", "SIM-1/2021", dt.date(2021, 5, 20))
#: Demo accounts that work for it too: user name, role, region.
PEOPLE = (("partai.pusat", "admin_parpol_pusat", ""), ("partai.1201", "operator_parpol_kabko", KABKO))
#: Stages that the demo keeps open, so that a party can be registered at any time.
STAGES = ("pembukaan_sipol", "pendaftaran_parpol")


@step("sipol")
def demo_parties(demo: Demo) -> None:
    """The parties once; nothing where there are any."""
    election = by_code(ELECTION)
    if election is None or db.session.scalar(select(Party.id).limit(1)) is not None:
        return
    number = _participants(election)
    db.session.commit()
    if KABKO.startswith(demo.prefix):
        _simulated(election, demo)
        db.session.commit()
    demo.say(f"{number} partai peserta; satu partai simulasi sedang mengisi data.")


def _participants(election: Election) -> int:
    """The parties of the ballot: id and number are one, as the grants of the demo say it."""
    rows = db.session.scalars(
        select(Participant)
        .join(Contest)
        .where(Contest.election_id == election.id, Participant.kind == "partai")
        .order_by(Participant.number)
    ).all()
    known: dict[int, Participant] = {}
    for row in rows:
        known.setdefault(row.number, row)
        row.party_id = row.number
    for number, row in known.items():
        local = row.region_code != ""
        in_parliament = number in PARLIAMENT_2019
        party = Party(
            id=number,
            kind="lokal_aceh" if local else "nasional",
            name=row.name,
            short_name=row.short_name,
            color=row.color,
        )
        db.session.add(party)
        db.session.flush()
        db.session.add(
            PartyRegistration(
                party=party,
                election_id=election.id,
                region="11" if local else "",
                state="berkelanjutan",
                in_parliament=in_parliament,
                needs_factual=not in_parliament,
                number=number,
            )
        )
    db.session.flush()
    _skip_numbers(max(known, default=0))
    return len(known)


def _skip_numbers(last: int) -> None:
    """Let the next party's id lie beyond the ballot numbers."""
    following = text("select nextval(pg_get_serial_sequence('party', 'id'))")
    while db.session.execute(following).scalar_one() < last:
        pass


def _simulated(election: Election, demo: Demo) -> None:
    """A party that has nearly everything in one kab/kota and nothing elsewhere."""
    for code in STAGES:
        stage = calendar.stage(election.id, code)
        set_times(stage, *DEMO_OPEN, reason="Peragaan dibuka terus", actor=demo.actor)
    row = open_registration(election, SIMULATED, LastElection(), actor=demo.actor)
    row.state = "input"
    db.session.flush()
    areas = ["", KABKO[:2], *map_areas(election.id, (KABKO,))]
    # Its last kecamatan are still to be done.
    fill_registration(row, areas[:-3], seed=demo.seed, file_id=_paper(demo.actor).id)
    count_progress(row)
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    for username, role, region in PEOPLE:
        account = db.session.scalar(select(Account).where(Account.username == username))
        if account is not None:
            give_grant(
                account,
                roles[role],
                actor=demo.actor,
                region=region,
                party_id=row.party_id,
                election_id=election.id,
                tell=False,
            )


def _paper(actor: Actor) -> StoredFile:
    """An empty page that stands for every document of the made-up party."""
    import pypdfium2

    paper, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    paper.new_page(595, 842)
    paper.save(out)
    paper.close()
    return store_file(io.BytesIO(out.getvalue()), name="contoh.pdf", kind="document", actor=actor)
