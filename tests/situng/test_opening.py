"""A count that nobody opened: the first file opens it, and no vote falls beside the totals."""

from __future__ import annotations

import sqlalchemy as sa

from modules.situng.models import RegionTotal
from modules.situng.operations.batches import confirm_and_apply
from modules.situng.operations.totals import derive_totals


def accepted(session, code):
    return session.scalar(
        sa.select(RegionTotal.accepted).where(RegionTotal.area == "wilayah", RegionTotal.code == code)
    )


def test_the_first_file_opens_the_count(session, contest, write_file, bring, second):
    batch = bring(write_file([{"kode_tps": "1201011001001"}]))
    session.execute(sa.delete(RegionTotal).where(RegionTotal.contest_id == contest.id))
    confirm_and_apply(batch, actor=second)
    assert (accepted(session, ""), accepted(session, "1201")) == (1, 1)
    assert derive_totals(contest.id) == []


def test_recompute_reports_forms_without_a_count(app, session, contest, write_file, take_in):
    take_in(write_file([{"kode_tps": "1201011001001"}]))
    session.execute(sa.delete(RegionTotal).where(RegionTotal.contest_id == contest.id))
    answer = app.test_cli_runner().invoke(args=["situng", "recompute", "--check"])
    assert answer.exit_code == 1
    assert "wilayah berbeda" in answer.output


def test_a_count_that_is_not_open_says_so_instead_of_not_found(client, monkeypatch):
    """The first button of the home page leads here: before the count there is nothing, but no dead end."""
    from modules.situng.queries.areas import is_opened
    from modules.situng.views import count

    assert is_opened("pemilu-2024", "ppwp") and not is_opened("pemilu-2024", "dprd_prov")
    monkeypatch.setattr(count, "public_contest", lambda: ("pemilu-2024", "dprd_prov"))
    page = client.get("/hitung-suara")
    assert page.status_code == 200 and "Belum ada pemilu yang dihitung" in page.text
