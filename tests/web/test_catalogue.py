"""Every message has an English wording, and it says the same things."""

from __future__ import annotations

import re

from electsys.web import catalogue

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")


def wordings():
    for entry in catalogue.read():
        if entry.id:
            ids = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
            strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
            yield ids, [s for s in strings if s]


def test_every_message_has_an_english_wording():
    left = catalogue.missing()
    assert not left, f"{len(left)} messages without one: flask web extract --missing. First: {left[:5]}"


def test_a_wording_has_the_places_of_its_message():
    wrong = [
        (ids[-1], text)
        for ids, strings in wordings()
        for text in strings
        if set(PLACES.findall(text)) != set(PLACES.findall(ids[-1]))
    ]
    assert not wrong


def test_messages_are_found_in_code_and_templates():
    found = {m for _name, m in catalogue.messages() if isinstance(m, str)}
    assert {"Wajib diisi.", "Langsung ke isi", "Beranda"} <= found
    assert any(isinstance(m, tuple) for _name, m in catalogue.messages())


def test_the_compiled_catalogue_follows_the_file(tmp_path, monkeypatch):
    po = tmp_path / "messages.po"
    po.write_bytes(catalogue.PO.read_bytes())
    monkeypatch.setattr(catalogue, "PO", po)
    assert catalogue.compile_all() == [tmp_path / "messages.mo"]
    assert catalogue.compile_all() == []


def test_the_commands(app, tmp_path, monkeypatch):
    po = tmp_path / "messages.po"
    po.write_bytes(catalogue.PO.read_bytes())
    monkeypatch.setattr(catalogue, "PO", po)
    runner = app.test_cli_runner()
    assert "messages.mo" in runner.invoke(args=["web", "compile-translations"]).output
    assert "pesan tanpa terjemahan" in runner.invoke(args=["web", "extract"]).output
    assert "msgid" in po.read_text()
