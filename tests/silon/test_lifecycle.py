"""One place of a list from the DCS to the ballot and beyond (issue 6, part 5).

Its candidate dies, is replaced twice, is struck and restored by a ruling; each step leaves a numbered minute
and a difference that everybody reads.
"""

from __future__ import annotations

from electsys.documents.models import OfficialDocument
from modules.jdih import draft_minutes
from modules.jdih.models import Letter
from modules.silon.models import CandidateEvent
from modules.silon.operations import amendments, listings, plenaries, replacements
from tests.silon import conftest as make
from tests.silon import staging
from tests.silon.test_listings_changes import verify

RULING = "12/PS.REG/BAWASLU/2023"
PUBLIC = f"/calon/publik/pemilu-2024/dpr/{make.DAPIL}/perbedaan"


def events_of(session, row):
    return (
        session.query(CandidateEvent)
        .filter(CandidateEvent.candidate_id == row.id)
        .order_by(CandidateEvent.id)
    ).all()


def minute_of(session, key):
    """The minute of a step, signed by the body where it was a draft: numbered, with its paper."""
    letter = session.get_one(Letter, key)
    letter.signers = letter.signers or [{"name": staging.SIGNER, "role": "Ketua KPU"}]
    session.flush()
    draft_minutes(
        letter.kind,
        unit=letter.unit,
        title=letter.title,
        data=letter.data,
        subject=letter.subject,
        signers=[],
        actor=make.ACTOR,
        source_key=letter.source_key,
        classification=letter.class_code,
        final=True,
    )
    session.expire_all()
    assert letter.number
    assert session.get_one(OfficialDocument, letter.document_id).status
    return letter


def public(client, **between):
    """What the public page and its twin say of the newest change: (kind, number, name), reason, minute."""
    query = "&".join(f"{key}={value}" for key, value in between.items())
    told = client.get(f"{PUBLIC}?bentuk=json&{query}").json
    page = client.get(f"{PUBLIC}?{query}").text
    changes = [(c["perubahan"], c["nomor_urut"], c["nama"]) for c in told["perubahan"]]
    for _kind, _number, name in changes:
        assert name in page
    return changes, told["alasan"], told["putusan"], told["naskah"]


def test_a_place_of_a_list_from_the_dcs_to_the_ballot_and_back(session, client):
    of, rows = staging.provisional(session)
    party, kpu = (
        staging.member(session, "admin_parpol_pusat", party=of.party_id),
        staging.member(session, "operator_kpu_ri"),
    )
    plenary = staging.member(session)
    first = rows[1]

    # Dies: struck on a new version of the DCS.
    listing = replacements.leave_dcs(
        first, "die", reason="akta 12/2023", evidence=staging.evidence(), actor=kpu
    )
    minute = minute_of(session, listing.letter_id)
    assert (first.state, minute.kind) == ("meninggal", "BA")
    assert public(client) == (
        [("dicoret", 2, first.ballot_name)],
        "Meninggal dunia",
        None,
        minute.number,
    )

    # Replaced: by somebody who does not qualify, then by somebody who does.
    staging.to_replacement(session)
    second = replacements.replace_in_dcs(first, make.claim(), reason="meninggal", actor=party)
    verify(session, second, but=("ijazah",))
    assert replacements.conclude_replacement(second, actor=plenary) == "tms"
    third = replacements.replace_in_dcs(second, make.claim(), reason="pengganti TMS", actor=party)
    verify(session, third)
    assert replacements.conclude_replacement(third, actor=plenary) == "ms"
    assert (second.replaces_id, third.replaces_id, third.number) == (first.id, second.id, 2)
    for row, state in ((second, "tms"), (third, "ms")):
        event = events_of(session, row)[-1]
        assert event.to_state == state
        assert str(row.number) in minute_of(session, event.letter_id).title + str(
            session.get_one(Letter, event.letter_id).data
        )
    listings.advance(staging.contest(session), "", "draft", actor=plenary)
    session.expire_all()
    plenaries.determine(staging.contest(session), "", "dct", signer=staging.SIGNER, actor=plenary)
    session.expire_all()
    decided = minute_of(session, staging.newest(session, "dct", of).letter_id)
    changes, _reason, _ruling, number = public(client, dari="dcs-2", ke="dct-1")
    assert changes == [("diganti", 2, third.ballot_name)]
    assert number == decided.number
    assert first.ballot_name in client.get(f"{PUBLIC}?dari=dcs-2&ke=dct-1").text  # whom, struck through

    # Struck after the DCT; the number stays.
    struck = amendments.strike_candidate(
        third,
        "putusan",
        ruling="101 PK/PID/2023",
        reason="terbukti bersalah",
        evidence=staging.evidence(),
        signer=staging.SIGNER,
        actor=plenary,
    )
    minute = minute_of(session, struck.letter_id)
    assert (third.state, minute.kind) == ("dicoret", "BA")
    changes, _reason, ruling, number = public(client)
    assert changes == [("dicoret", 2, third.ballot_name)]
    assert (ruling, number) == ("101 PK/PID/2023", minute.number)

    # Restored by a ruling.
    back = amendments.restore_candidate(
        third,
        ruling=RULING,
        reason="memulihkan",
        evidence=None,
        signer=staging.SIGNER,
        actor=plenary,
    )
    minute = minute_of(session, back.letter_id)
    assert (third.state, back.version) == ("dct", 3)
    changes, reason, ruling, number = public(client)
    assert changes == [("dipulihkan", 2, third.ballot_name)]
    assert (ruling, number) == (RULING, minute.number)
    assert RULING in reason

    # Six steps, six minutes, and none is that of another.
    letters = {
        *(listing.letter_id, decided.id, struck.letter_id, back.letter_id),
        *(events_of(session, row)[-1].letter_id for row in (second,)),
        *(e.letter_id for e in events_of(session, third) if e.to_state == "ms"),
    }
    assert len(letters) == 6
    assert [e.to_state for e in events_of(session, third)] == ["ms", "dct", "dicoret", "dct"]
