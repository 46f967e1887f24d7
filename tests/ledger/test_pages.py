"""The pages of the trail: filtered, paged, inside one's regions, downloaded."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from config import ROOT
from electsys.identity.access import Scope
from electsys.identity.models import Role
from electsys.identity.operations import give_grant
from electsys.ledger import Act, Actor, queries, record
from electsys.ledger.queries import JAKARTA, Filter, history
from electsys.ledger.views import history as history_partial

BUDI, SITI = Actor(7, "budi"), Actor(8, "siti")
NATION = [Scope(region="")]


@pytest.fixture
def acts(session: Any) -> list[int]:
    """Ten acts of two accounts in two regions."""
    made = [
        record(
            "situng:batch:confirm" if n % 2 else "situng:batch:import",
            f"result_batch:{n}",
            actor=BUDI if n < 6 else SITI,
            region="120101" if n < 5 else "3201",
            election_id=1 if n < 8 else 2,
            reason=f"alasan {n}",
        )
        for n in range(10)
    ]
    session.flush()
    return [a.id for a in made]


def found(wanted: Filter, scopes: list[Scope] = NATION) -> set[int]:
    page = queries.page(wanted, scopes, size=1000)
    return {int(a.subject.partition(":")[2]) for a in page.acts if a.subject.startswith("result_batch:")}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(account="budi"), {0, 1, 2, 3, 4, 5}),
        (Filter(account="8"), {6, 7, 8, 9}),
        (Filter(account="nobody"), set()),
        (Filter(account="9" * 30), set()),
        (Filter(verb="situng:batch:confirm"), {1, 3, 5, 7, 9}),
        (Filter(verb="situng:"), set(range(10))),
        (Filter(verb="situng_"), set()),
        (Filter(subject="result_batch:3"), {3}),
        (Filter(subject="result_batch:"), set(range(10))),
        (Filter(region="12"), {0, 1, 2, 3, 4}),
        (Filter(account="budi", region="32"), {5}),
        (Filter(verb="%"), set()),
    ],
)
def test_each_filter_narrows(acts: list[int], wanted: Filter, numbers: set[int]) -> None:
    assert found(wanted) == numbers


def test_days_are_days_in_jakarta_both_included(acts: list[int]) -> None:
    today = datetime.now(JAKARTA).date()
    assert len(found(Filter(since=today, until=today))) == 10
    assert found(Filter(until=date(2020, 1, 1))) == set()
    assert found(Filter(since=date(2990, 1, 1))) == set()


@pytest.mark.parametrize(
    ("scopes", "numbers"),
    [
        ([], set()),
        ([Scope(region="12")], {0, 1, 2, 3, 4}),
        ([Scope(region="1201"), Scope(region="32")], set(range(10))),
        ([Scope(region="", election=2)], {8, 9}),
        ([Scope(region="12", election=2)], set()),
        ([Scope(region="", party=3)], set()),
        ([Scope(region=None)], set(range(10))),
    ],
)
def test_a_reader_sees_what_lies_in_the_scopes(
    acts: list[int], scopes: list[Scope], numbers: set[int]
) -> None:
    assert found(Filter(), scopes) == numbers


def test_pages_follow_each_other_both_ways(acts: list[int]) -> None:
    wanted = Filter(subject="result_batch:")
    first = queries.page(wanted, NATION, size=4)
    assert [a.id for a in first.acts] == acts[:5:-1]
    assert first.newer is None
    second = queries.page(wanted, NATION, before=first.older, size=4)
    third = queries.page(wanted, NATION, before=second.older, size=4)
    assert [a.id for page in (first, second, third) for a in page.acts] == acts[::-1]
    assert third.older is None
    back = queries.page(wanted, NATION, after=third.newer, size=4)
    assert [a.id for a in back.acts] == [a.id for a in second.acts]
    top = queries.page(wanted, NATION, after=back.newer, size=4)
    assert [a.id for a in top.acts] == [a.id for a in first.acts]
    assert top.newer is None


def test_a_deep_page_uses_the_index(session: Any, acts: list[int]) -> None:
    session.execute(sa.text("set local enable_seqscan = off"))
    query = Filter(subject="result_batch:3").apply(sa.select(Act)).where(Act.id < acts[-1])
    compiled = (
        query.order_by(Act.id.desc())
        .limit(50)
        .compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    )
    plan = "\n".join(session.scalars(sa.text("explain " + str(compiled).replace(":", r"\:"))))
    assert "ix_act_subject_id" in plan


def test_a_subject_has_its_history(app: Any, session: Any, acts: list[int]) -> None:
    record("situng:batch:confirm", "result_batch:3", actor=SITI, reason="Cocok")
    session.flush()
    assert [a.actor for a in history("result_batch:3")] == ["siti", "budi"]
    with app.test_request_context():
        partial = history_partial("result_batch:3")
    assert "Cocok" in partial
    assert "alasan 3" in partial
    with app.test_request_context():
        assert "Belum ada kegiatan" in history_partial("result_batch:none")


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def reader(session: Any, make_account: Any) -> Any:
    """Make an account that reads the trail of a region."""
    role = Role(name="pembaca", label="Pembaca", permissions=["ledger:act:read"])
    session.add(role)

    def make(region: str = "12") -> Any:
        account = make_account()
        give_grant(account, role, actor=Actor.system("test"), region=region)
        session.commit()
        return account

    return make


def test_the_page_shows_ones_region(client: Any, login: Any, reader: Any, acts: list[int]) -> None:
    login(client, reader("12"))
    page = client.get("/admin/jejak")
    assert page.status_code == 200
    assert "result_batch:4" in page.text
    assert "result_batch:5" not in page.text
    page = client.get("/admin/jejak?objek=result_batch:4&akun=budi")
    assert "result_batch:4" in page.text
    assert "result_batch:3" not in page.text
    assert "Tidak ada kegiatan" in client.get("/admin/jejak?akun=siti").text


@pytest.mark.parametrize("query", ["wilayah=abc", "dari=kemarin", "dari=2024-02-14&sampai=2024-02-13"])
def test_a_wrong_filter_is_explained(client: Any, login: Any, reader: Any, query: str) -> None:
    login(client, reader())
    page = client.get(f"/admin/jejak?{query}")
    assert page.status_code == 422
    assert "error-summary" in page.text


@pytest.mark.parametrize("query", ["akun=%00", "sebelum=x", "sesudah=99999999999999", "objek=%27%22%3Cb%3E"])
def test_strange_input_is_harmless(client: Any, login: Any, reader: Any, query: str) -> None:
    login(client, reader())
    assert client.get(f"/admin/jejak?{query}").status_code == 200


def test_one_act_shows_its_details_and_its_seal(
    session: Any, client: Any, login: Any, reader: Any, acts: list[int]
) -> None:
    login(client, reader("12"))
    page = client.get(f"/admin/jejak/{acts[0]}")
    assert page.status_code == 200
    assert "alasan 0" in page.text
    assert "menunggu segel" in page.text
    assert client.get(f"/admin/jejak/{acts[9]}").status_code == 403


def test_an_unknown_act_is_not_found(client: Any, login: Any, reader: Any) -> None:
    login(client, reader())
    assert client.get("/admin/jejak/999999999").status_code == 404


def test_without_the_right_there_is_no_trail(
    session: Any, client: Any, login: Any, make_account: Any
) -> None:
    assert client.get("/admin/jejak").status_code in (302, 401)
    account = make_account()
    session.commit()
    login(client, account)
    assert client.get("/admin/jejak").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_trail_is_downloaded_and_that_is_an_act(
    session: Any, client: Any, login: Any, reader: Any, *, acts: list[int], kind: str
) -> None:
    login(client, reader("12"))
    with client.post(f"/admin/jejak/unduh.{kind}?akun=budi") as response:
        assert response.status_code == 200
        content = response.data
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = book.read("xl/worksheets/sheet1.xml")
    text = content.decode()
    assert "result_batch:4" in text
    assert "result_batch:5" not in text
    act = session.scalar(sa.select(Act).where(Act.verb == "ledger:act:export"))
    assert act.details == {"format": kind, "filter": {"akun": "budi"}}


def test_every_verb_of_the_code_has_words(app):
    """A verb that a room records and nobody has named would stand as code in the trail."""
    from electsys.ledger.wording import known_verbs

    written = {
        verb
        for folder in ("electsys", "modules")
        for path in (ROOT / folder).rglob("*.py")
        for verb in re.findall(r'\brecord\(\s*"([a-z_]+:[a-z_]+:[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(written) > 30
    assert sorted(written - set(known_verbs())) == []


def test_the_trail_is_searched_in_words(session, client, make_account, login, acts):
    account = make_account("superadmin_pusdatin")
    session.commit()
    login(client, account)
    page = client.get("/admin/jejak?kegiatan=memberi hak")
    assert "memberi hak" in page.text and "result_batch:3" not in page.text
    other = make_account("operator_kpu_kabko", "1201")
    session.commit()
    found = client.get(f"/admin/jejak?objek=akun {other.id}").text
    assert f"akun {other.id}" in found and f"akun {account.id}</a>" not in found
    assert "berkas hasil 3" in client.get("/admin/jejak?kegiatan=situng:batch:confirm").text
    assert "Tidak ada kegiatan" in client.get("/admin/jejak?kegiatan=tidak ada kata ini").text


def test_an_object_reads_both_ways(app):
    from electsys.ledger.wording import subject_code, subject_label

    with app.test_request_context():
        assert subject_label("intake_file:12") == "berkas impor 12"
        assert subject_code("berkas impor 12") == "intake_file:12"
        assert subject_code("Akun") == "account:"
        assert subject_code("result_batch:") == "result_batch:"
        assert subject_label("lain:3") == "lain:3" and subject_code("lain 3") == "lain 3"
