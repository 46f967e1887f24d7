"""Bawaslu reads everything of Sipol; each look is watermarked and in the trail (NA-21)."""

from __future__ import annotations

from sqlalchemy import select

from electsys.identity.catalogue import ROLES
from electsys.ledger import Act
from tests.sipol import conftest as make
from tests.sipol.verifying import document

#: Pages of somebody's own work: a form, the own desk, the own party, the inbox of registrations.
OWN_WORK = {
    "sipol.new_officer",
    "sipol.own",
    "sipol.submissions",
    "sipol.factual_own",
    "sipol.factual_worksheet",
}


def _reading(app):
    """Endpoints of Sipol that only read, with what they ask for."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("sipol.") and rule.methods & {"GET"} and not rule.methods & {"POST"}:
            yield rule.endpoint, app.view_functions[rule.endpoint].access_rule.permission


def test_no_page_of_sipol_is_closed_to_bawaslu_for_reading(app):
    for name in ("bawaslu_n", "bawaslu_p", "bawaslu_k"):
        held = next(role.permissions for role in ROLES if role.name == name)
        closed = {endpoint for endpoint, asked in _reading(app) if asked is not None and asked not in held}
        assert closed <= OWN_WORK, f"{name}: {sorted(closed - OWN_WORK)}"


def test_a_look_of_bawaslu_is_watermarked_and_logged(client, session, election, login, make_account):
    row = make.registration(session, "vermin")
    paper = document(session, row, "surat_pernyataan", "")
    make.member(session, row)
    account = make_account("bawaslu_n")
    session.commit()
    login(client, account)
    here = f"/partai/pemilu-2024/{row.party_id}"
    for path in (here, f"{here}/anggota", f"{here}/verifikasi/pusat"):
        page = client.get(path)
        assert page.status_code == 200
        assert f"Dilihat oleh {account.username}" in page.text
    acts = session.scalars(select(Act).where(Act.verb == "sipol:oversight:view").order_by(Act.id)).all()
    assert [a.details["page"] for a in acts] == ["portal", "members", "verdicts"]
    assert {(a.account_id, a.subject) for a in acts} == {(account.id, f"party:{row.party_id}")}
    assert paper.id


def test_who_works_on_parties_and_who_reads_public_pages_is_not_watched(
    client, session, election, login, make_account
):
    row = make.registration(session, "vermin")
    session.commit()
    login(client, make_account("operator_kpu_ri"))
    assert "Dilihat oleh" not in client.get(f"/partai/pemilu-2024/{row.party_id}").text
    login(client, make_account("bawaslu_n"))
    assert "Dilihat oleh" not in client.get(f"/partai/publik/pemilu-2024/{row.party_id}").text
    assert session.scalars(select(Act).where(Act.verb == "sipol:oversight:view")).all() == []
