"""Simulated photos are forms: their QR names TPS and page, and the demo's numbers break no rule."""

from __future__ import annotations

from modules.situng.demo import clean_form
from modules.situng.queries.contests import limits
from modules.situng.rules import judge
from modules.situng.seeing import see
from modules.situng.simulated import photos

A = "1201011001001"


def test_a_simulated_page_says_which_it_is(count):
    made = photos(count, A, clean_form(count, A))
    for number, content in enumerate(made, start=1):
        seen = see(content)
        assert (seen.tps_code, seen.page, seen.contest) == (A, number, "ppwp")
    assert see(photos(count, A, {}, of="1201011001002")[0]).tps_code == "1201011001002"


def test_a_clean_form_breaks_no_rule(count):
    for code in (A, "1201011001002", "3171011001001"):
        form = clean_form(count, code, dpt=(70, 71))
        cells = {n: form[n] for n in count.model.names}
        faults, _warnings = judge(cells, [form[n] for n in count.columns], limits(count.election_id))
        assert faults == []
        assert form["pemilih_dpt_j"] == 141
