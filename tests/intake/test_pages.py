"""The way of a file in the browser: upload, columns, check, decision, outcome."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from electsys import intake, jobs
from electsys.db import db
from electsys.errors import Refused
from electsys.identity.access import Scope
from electsys.intake import Context, Outcome
from electsys.intake.models import IntakeFile
from electsys.intake.registry import KINDS
from electsys.jobs.models import Job
from electsys.ledger import Act
from tests.intake.conftest import VOTES, code, csv_of, sealed, table
from tests.pages import Html

GOOD = table(*(f"{code(n)},{n},{n}" for n in range(1, 31)))
BAD = table(f"{code(1)},abc,1", f"{code(2)},2,2", f"{code(3)},3,3")


class Module:
    """A module that takes files: what it was given, and what it shall answer."""

    def __init__(self):
        self.applied = []
        self.refuse = None
        self.extra = None

    def check(self, delivery):
        if self.extra:
            delivery.staging.add_errors(
                f"select row_number, 'kode_tps', kode_tps, 'asing' from {delivery.staging.table} "
                "where kode_tps = :code",
                {"code": self.extra},
                messages={"asing": ("TPS tidak dikenal.", "Periksa kodenya.")},
            )

    def apply(self, delivery):
        if self.refuse:
            raise self.refuse
        count = db.session.scalar(text(f"select count(*) from {delivery.staging.table}"))
        self.applied.append(
            (delivery.context, count, delivery.file.name, delivery.mapping, delivery.actor.name)
        )
        return Outcome(f"{count} baris diterapkan.", "intake.own", {"cari": "hasil"})


@pytest.fixture
def module(app):
    kept = dict(KINDS)
    module = Module()
    intake.register(
        VOTES,
        label="Hasil uji",
        apply=module.apply,
        check=module.check,
        permission="situng:batch:import",
        table="uji_staging",
    )
    intake.register(
        lambda context: replace(VOTES, max_rows=int(context)),
        name="pilihan",
        label="Hasil pilihan",
        apply=module.apply,
        permission="situng:batch:import",
        context=Context(
            "Pemilihan",
            lambda account: [("5", "Lima"), ("50", "Lima puluh")],
            lambda value: Scope(region="1201"),
        ),
        lock=lambda context: f"uji:{context}",
    )
    yield module
    KINDS.clear()
    KINDS.update(kept)


@pytest.fixture
def owner(make_account, client, session, login, module):
    account = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, account)
    return account


@pytest.fixture
def bring(client, owner):
    """Upload a file on the start page; the answer."""

    def bring(content, name="hasil.csv", kind="uji", **fields):
        page = client.get(f"/unggah/{kind}")
        assert page.status_code == 200
        data = content if isinstance(content, bytes) else content.encode()
        return client.submit(page, "unggah", file=(io.BytesIO(data), name), **fields)

    return bring


@pytest.fixture
def arrive(client, bring, app):
    """Bring a file, keep the proposed columns, let the check run: the file's address."""

    def arrive(content, **more):
        response = bring(content, **more)
        assert response.status_code == 302, Html(response.text).text()
        address = response.headers["Location"]
        page = client.get(address)
        assert client.submit(page, "kolom").headers["Location"] == address
        jobs.run_pending(app)
        return address

    return arrive


def state(session):
    session.expire_all()
    return session.scalars(select(IntakeFile).order_by(IntakeFile.id.desc())).first().state


def verbs(session):
    return session.scalars(select(Act.verb).where(Act.verb.like("intake:%")).order_by(Act.id)).all()


def test_from_upload_to_outcome(client, arrive, app, session, module, owner):
    address = arrive(GOOD)
    page = client.get(address)
    html = Html(page.text)
    assert "Tidak ada kesalahan." in html.text()
    assert state(session) == "siap"
    assert module.applied == []
    client.submit(page, f"{address}/terapkan")
    waiting = client.get(address)
    assert "sedang diterapkan" in waiting.text
    jobs.run_pending(app)
    done = Html(client.get(address).text)
    assert "30 baris diterapkan." in done.text()
    assert any(a.get("href") == "/unggah?cari=hasil" for a in done.all("a"))
    mapping = {"kode_tps": "kode_tps", "suara_1": "suara_1", "suara_sah": "suara_sah"}
    assert module.applied == [("", 30, "hasil.csv", mapping, owner.username)]
    assert verbs(session) == [
        *("intake:file:receive", "intake:file:check", "intake:file:ready"),
        *("intake:file:confirm", "intake:file:finish"),
    ]
    job = session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert (job.state, job.message, job.result_url) == ("selesai", "30 baris diterapkan.", address)


def test_the_columns_page_proposes_names_and_asks(client, bring, session):
    content = "kab,Kode-TPS,suara_01,sah\n" + "\n".join(f"x,{code(n)},{n},{n}" for n in range(1, 4)) + "\n"
    address = bring(content).headers["Location"]
    page = client.get(address)
    html = Html(page.text)
    assert "Akan diabaikan: kab, sah." in html.text()
    assert "Kolom wajib yang belum dicocokkan: suara_sah." in html.text()
    values = html.values(html.form("kolom"))
    assert [values[f"kolom_{n}"] for n in range(4)] == ["", "kode_tps", "suara_1", ""]
    refused = client.submit(page, "kolom")
    assert refused.status_code == 422
    assert "Kolom wajib tidak ada: suara_sah." in Html(refused.text).text()
    assert state(session) == "cocokkan"
    twice = client.submit(page, "kolom", kolom_3="suara_sah", kolom_2="suara_sah")
    assert "Dua kolom berarti sama" in Html(twice.text).text()
    assert client.submit(page, "kolom", kolom_3="suara_sah").status_code == 302
    row = session.scalars(select(IntakeFile)).one()
    assert row.mapping == {"kab": "", "Kode-TPS": "kode_tps", "suara_01": "suara_1", "sah": "suara_sah"}
    assert state(session) == "diperiksa"


def test_errors_are_shown_and_all_or_nothing_is_the_rule(client, arrive, app, session, module):
    module.extra = code(3)
    address = arrive(BAD)
    page = client.get(address)
    html = Html(page.text)
    shown = html.text()
    assert "Isi bukan bilangan." in shown and "TPS tidak dikenal." in shown and "abc" in shown
    forms = {f.get("action"): html.values(f) for f in html.all("form")}
    assert forms[f"{address}/terapkan"]["mode"] == "sahih"
    refused = client.post(f"{address}/terapkan", data={"mode": "semua"})
    assert refused.status_code == 422
    assert state(session) == "siap"
    assert client.post(f"{address}/terapkan", data={"mode": "x"}).status_code == 400
    sheet = client.get(f"{address}/kesalahan")
    assert "hasil-kesalahan.csv" in sheet.headers["Content-Disposition"]
    lines = sheet.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "baris,kesalahan,saran,kode_tps,suara_1,suara_sah"
    assert [line.split(",")[0] for line in lines[1:]] == ["2", "4"]
    client.submit(client.get(address), f"{address}/terapkan")
    jobs.run_pending(app)
    assert [applied[1] for applied in module.applied] == [1]
    assert state(session) == "selesai"


def test_a_mended_sheet_comes_back(client, arrive, app, session, module):
    address = arrive(BAD)
    sheet = client.get(f"{address}/kesalahan").data.decode("utf-8-sig").replace("abc", "7")
    again = arrive(sheet)
    assert "Tidak ada kesalahan." in client.get(again).text
    row = session.scalars(select(IntakeFile).order_by(IntakeFile.id.desc())).first()
    assert row.counts == {"rows": 1, "errors": 0, "bad_rows": 0}


def test_nothing_valid_cannot_be_taken(client, arrive, session):
    address = arrive(table(f"{code(1)},x,1"))
    assert client.post(f"{address}/terapkan", data={"mode": "sahih"}).status_code == 422
    html = Html(client.get(address).text)
    assert f"{address}/terapkan" not in {form.get("action") for form in html.all("form")}


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "kosong"),
        (b"PK\x03\x04not a zip", "hasil.xlsx", "arsip ZIP"),
        (b"<html><table></table></html>", "hasil.xls", "halaman web"),
        (b"kode_tps,suara_sah\n", "a.csv", "hanya berisi judul"),
    ],
)
def test_what_is_no_table_is_refused_at_the_field(client, bring, session, content, name, message):
    refused = bring(content, name=name)
    assert refused.status_code in (415, 422)
    summary = Html(refused.text).with_class("error-summary")[0]
    assert message in "".join(summary.itertext())
    assert [a.get("href") for a in summary.iter("a")] == ["#file"]
    assert session.scalar(select(func.count(IntakeFile.id))) == 0


def test_a_refusal_of_the_check_closes_the_file(client, bring, app, session, module):
    KINDS["uji"] = replace(KINDS["uji"], spec=lambda context: replace(VOTES, max_rows=2))
    address = bring(BAD).headers["Location"]
    client.submit(client.get(address), "kolom")
    jobs.run_pending(app)
    assert state(session) == "ditolak"
    shown = Html(client.get(address).text).text()
    assert "3 baris; paling banyak 2" in shown
    assert session.scalars(select(Job)).one().state == "gagal"


def test_a_refusal_of_the_module_leaves_nothing(client, arrive, app, session, module):
    address = arrive(GOOD)
    module.refuse = Refused("Tahapan sudah ditutup.", hint="Hubungi admin.")
    client.submit(client.get(address), f"{address}/terapkan")
    jobs.run_pending(app)
    assert state(session) == "ditolak"
    assert "Tahapan sudah ditutup. Hubungi admin." in client.get(address).text
    assert module.applied == []


def test_new_errors_since_the_check_refuse_the_whole(client, arrive, app, session, module):
    address = arrive(GOOD)
    module.extra = code(3)
    client.submit(client.get(address), f"{address}/terapkan")
    jobs.run_pending(app)
    assert state(session) == "ditolak"
    assert module.applied == []


def test_a_step_may_run_twice(client, arrive, app, session, module):
    address = arrive(GOOD)
    client.submit(client.get(address), f"{address}/terapkan")
    jobs.run_pending(app)
    row = session.scalars(select(IntakeFile)).one()
    for task in ("intake.check", "intake.apply"):
        from electsys.ledger import Actor

        jobs.start(task, actor=Actor.system("uji"), intake_id=row.id)
    assert jobs.run_pending(app) == 2
    assert len(module.applied) == 1
    assert state(session) == "selesai"


def test_a_fault_of_the_system_can_be_run_again(client, arrive, app, session, module):
    address = arrive(GOOD)
    module.refuse = RuntimeError("kabel")
    client.submit(client.get(address), f"{address}/terapkan")
    running = client.post(f"{address}/ulangi", data={})
    assert running.status_code == 409
    jobs.run_pending(app)
    row = session.scalars(select(IntakeFile)).one()
    session.get(Job, row.job_id).state = "gagal"
    session.get(Job, row.job_id).finished_at = func.now()
    session.commit()
    assert state(session) == "diterapkan"
    module.refuse = None
    page = client.get(address)
    client.submit(page, f"{address}/ulangi")
    jobs.run_pending(app)
    assert state(session) == "selesai"
    assert len(module.applied) == 1


def test_cancel_and_match_again(client, arrive, session):
    address = arrive(BAD)
    page = client.get(address)
    client.submit(page, f"{address}/kolom-lagi")
    assert state(session) == "cocokkan"
    row = session.scalars(select(IntakeFile)).one()
    assert (row.counts, row.findings, row.sheet_id) == ({}, {}, None)
    assert client.get(f"{address}/kesalahan").status_code == 404
    client.submit(client.get(address), f"{address}/batalkan")
    assert state(session) == "dibatalkan"
    assert client.post(f"{address}/batalkan", data={}).status_code == 409
    assert client.get(address).status_code == 200


def test_the_context_chooses_the_specification(client, bring, app, session, module):
    assert bring(GOOD, kind="pilihan", context="99").status_code == 422
    address = bring(GOOD, kind="pilihan", context="5").headers["Location"]
    assert "Lima" in client.get(address).text
    client.submit(client.get(address), "kolom")
    jobs.run_pending(app)
    assert "30 baris; paling banyak 5" in client.get(address).text
    address = bring(GOOD, kind="pilihan", context="50").headers["Location"]
    client.submit(client.get(address), "kolom")
    jobs.run_pending(app)
    client.submit(client.get(address), f"{address}/terapkan")
    row = session.scalars(select(IntakeFile).order_by(IntakeFile.id.desc())).first()
    assert session.get(Job, row.job_id).lock == "uji:50"
    jobs.run_pending(app)
    assert module.applied[0][0] == "50"


def test_a_scope_outside_ones_region_is_refused(client, make_account, login, session, module):
    account = make_account("operator_kpu_kabko", "1202")
    session.commit()
    login(client, account)
    page = client.get("/unggah/pilihan")
    refused = client.submit(page, "unggah", file=(io.BytesIO(GOOD.encode()), "a.csv"), context="50")
    assert refused.status_code == 422
    assert "tidak mencakup berkas ini" in refused.text
    assert session.scalar(select(func.count(IntakeFile.id))) == 0


def test_a_personal_file_shows_nothing_of_its_rows(client, arrive, session, module):
    KINDS["uji"] = replace(KINDS["uji"], spec=lambda context: sealed(VOTES), personal=True)
    address = arrive(
        csv_of([["kode_tps", "nama", "suara_sah"], [code(1), "Siti Rahma", "abc"], [code(2), "B", "1"]])
    )
    row = session.scalars(select(IntakeFile)).one()
    assert row.findings["first"][0][2] is None
    sheet = client.get(f"{address}/kesalahan").data.decode("utf-8-sig")
    assert "Siti" not in sheet and code(1) not in sheet


def test_own_files_and_all_files(client, arrive, make_account, login, session, module):
    address = arrive(GOOD)
    assert "hasil.csv" in client.get("/unggah").text
    assert client.get("/admin/unggah").status_code == 403
    other = make_account("operator_kpu_kabko", "1201")
    session.commit()
    login(client, other)
    assert "hasil.csv" not in client.get("/unggah").text
    for path in (address, f"{address}/kesalahan"):
        assert client.get(path).status_code == 404
    for step in ("kolom", "kolom-lagi", "terapkan", "batalkan", "ulangi"):
        assert client.post(f"{address}/{step}", data={"mode": "semua"}).status_code == 404
    admin = make_account("superadmin_pusdatin")
    session.commit()
    login(client, admin)
    assert "hasil.csv" in client.get("/admin/unggah").text
    seen = Html(client.get(address).text)
    assert not [f for f in seen.all("form") if (f.get("action") or "").startswith(address)]
    assert client.post(f"{address}/terapkan", data={"mode": "semua"}).status_code == 404
    assert client.get("/unggah/uji").status_code == 403


def test_strangers_and_unknown_kinds(client, make_account, login, session, module):
    assert client.get("/unggah").status_code == 302
    assert client.get("/unggah/uji").status_code == 302
    witness = make_account()
    session.commit()
    login(client, witness)
    assert client.get("/unggah").status_code == 200
    assert client.get("/unggah/uji").status_code == 403
    assert client.get("/unggah/tidak-ada").status_code == 404
    assert client.get("/unggah/uji/1").status_code == 404


def test_a_kind_that_no_module_offers_any_more(client, arrive, module):
    address = arrive(GOOD)
    del KINDS["uji"]
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/terapkan", data={"mode": "semua"}).status_code == 410


def test_a_kind_needs_a_name():
    with pytest.raises(ValueError, match="name"):
        intake.register(lambda context: VOTES, apply=lambda delivery: Outcome(""), permission="uji:uji:uji")
