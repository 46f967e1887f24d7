"""The form base: summary, hints and errors tied to fields, refusals."""

from __future__ import annotations

import pytest
from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from electsys.errors import Refused
from electsys.web.forms import WORDS, Form
from tests.pages import Html


class Person(PlainForm):
    name = StringField("Nama anggota", validators=[InputRequired("Isi nama.")])


class Sample(Form):
    name = StringField("Nama", description="Seperti pada KTP.", validators=[InputRequired(), Length(max=5)])
    votes = IntegerField("Suara", validators=[NumberRange(0, 99)])
    until = DateField("Sampai", validators=[Optional()])
    way = RadioField(
        "Cara", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")], validators=[InputRequired()]
    )
    kind = SelectField("Jenis", choices=[SelectChoice("x", "X")])
    people = FieldList(FormField(Person), min_entries=1)


@pytest.fixture
def sent(app):
    """The form as it comes back after sending data."""
    with app.test_request_context("/", method="POST", data={}):

        def sent(**data):
            from werkzeug.datastructures import MultiDict

            form = Sample(MultiDict(data), meta={"csrf": False})
            form.validate()
            return form

        yield sent


GOOD = {"name": "Siti", "votes": "12", "way": "a", "kind": "x", "people-0-name": "Budi"}


def test_a_good_form_has_nothing_to_complain_about(sent):
    form = sent(**GOOD)
    assert form.complaints() == [] and form.status == 200


def test_the_summary_names_and_links_every_field(sent):
    form = sent(name="", votes="x1", kind="x")
    assert form.status == 422
    assert [tuple(c) for c in form.complaints()] == [
        ("name", "Nama: Wajib diisi."),
        ("votes", "Suara: Isi dengan bilangan bulat, tanpa huruf dan tanda baca."),
        ("way-0", "Cara: Wajib diisi."),
        ("people-0-name", "Nama anggota: Isi nama."),
    ]


@pytest.mark.parametrize(
    ("written", "said"), [("", []), ("besok", ["Sampai: Isi dengan tanggal, misalnya 2024-02-14."])]
)
def test_an_optional_field_may_stay_empty_but_not_be_wrong(sent, written, said):
    form = sent(**GOOD | {"until": written})
    assert [c.message for c in form.complaints()] == said


def test_limits_are_said_in_indonesian(sent):
    form = sent(**GOOD | {"name": "Sangat panjang", "votes": "100", "kind": "zz"})
    assert [c.message for c in form.complaints()] == [
        "Nama: Isi paling banyak 5 huruf.",
        "Suara: Isi dengan angka 0 sampai 99.",
        "Jenis: Pilih salah satu dari daftar.",
    ]


def test_every_message_of_wtforms_has_words():
    """What the fields and validators in use can say, none of it in English."""
    import re
    from pathlib import Path

    import wtforms

    folder = Path(wtforms.__file__).parent
    said = set()
    for path in (folder / "validators.py", *(folder / "fields").glob("*.py")):
        said |= set(re.findall(r'gettext\(\s*"([^"]+)"', path.read_text()))
    unused = {
        "Invalid field name '%s'.",
        "Choices cannot be None.",
        "Not a valid week value.",
        "Invalid IP address.",
        "Invalid Mac address.",
        "Invalid UUID.",
        "Invalid value, can't be any of: %(values)s.",
        "This field cannot be edited.",
        "This field is disabled and cannot have a value.",
    }
    assert said - set(WORDS) - unused == set()


def test_a_refusal_stands_at_its_field_or_on_top(sent):
    form = sent(**GOOD)
    form.refuse(Refused("NIK ini sudah terdaftar.", field="name", hint="Periksa lagi."))
    form.refuse(Refused("Tahapan sudah ditutup."))
    assert [tuple(c) for c in form.complaints()] == [
        (None, "Tahapan sudah ditutup."),
        ("name", "Nama: NIK ini sudah terdaftar. Periksa lagi."),
    ]


def test_fields_are_tied_to_hint_and_error(sent):
    form = sent(name="", kind="x")
    html = Html(str(form.name()) + str(form.votes()) + str(form.kind()))
    name, votes = html.by_id("name"), html.by_id("votes")
    assert name.get("aria-describedby") == "name-hint name-error"
    assert (name.get("aria-invalid"), name.get("aria-required"), name.get("required")) == (
        "true",
        "true",
        None,
    )
    assert "is-invalid" in name.get("class")
    assert (votes.get("type"), votes.get("inputmode"), votes.get("max")) == ("text", "numeric", None)
    assert html.by_id("kind").get("class") == "form-select"


class Sealed(Form):
    ticket = HiddenField(validators=[InputRequired("Tiket tidak ada.")])


def test_what_nobody_sees_is_not_linked_to(app):
    with app.test_request_context("/", method="POST", data={}):
        form = Sealed(meta={"csrf": False})
        form.validate()
    assert form.complaints() == [(None, "Tiket tidak ada.")]
    assert str(form.ticket()) == '<input id="ticket" name="ticket" type="hidden" value="">'


def test_tokens_of_several_forms_share_no_id(app):
    with app.test_request_context("/"):
        page = Html(Sealed().hidden_tag() + Sealed().csrf_token())
    tokens = [e for e in page.all("input") if e.get("name") == "csrf_token"]
    assert [e.get("id") for e in tokens] == [None, None]
    assert all(e.get("value") for e in tokens)


def test_a_caller_may_add_attributes(sent):
    form = sent(**GOOD)
    assert 'class="kecil"' in form.name(class_="kecil")
    assert "autofocus" in form.name(autofocus=True)


def test_the_page_of_a_form_sent_empty(client):
    answer = client.submit(client.get("/pola"), "pola")
    page = Html(answer.text)
    assert answer.status_code == 422
    summary = page.with_class("error-summary")[0]
    targets = [a.get("href")[1:] for a in summary.iter("a")]
    assert targets[:2] == ["name", "votes"] and "way-0" in targets
    assert all(page.by_id(t) is not None for t in targets)


def full(**other):
    return {"name": "Siti", "votes": "5", "way": "foto", "sure": "y"} | other


def test_a_refused_operation_shows_at_the_form(client):
    answer = client.submit(client.get("/pola"), "pola", **full(votes="0"))
    assert answer.status_code == 422 and "Jumlah suara tidak boleh nol. Periksa C.Hasil." in answer.text


def test_an_uncaught_refusal_is_a_page(client):
    answer = client.submit(client.get("/pola"), "pola", **full(votes="13"))
    assert answer.status_code == 409 and "Formulir ini sudah dikunci." in answer.text


def test_success_leads_on_and_says_so(client):
    answer = client.submit(client.get("/pola"), "pola", **full())
    assert answer.status_code == 302 and answer.location == "/pola/selesai"
    assert "Tersimpan." in client.get("/pola/selesai").text
