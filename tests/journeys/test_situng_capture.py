"""Entry with the keyboard alone: digits, one key a number, one key to send; axe on every page of entry."""

from __future__ import annotations

import io

import pytest

CODE = "1201011001001"


@pytest.fixture(scope="module")
def form(live):
    """A form with its photos, and the numbers on it in the order in which they are typed."""
    from electsys.ledger import Actor
    from modules.situng.demo import clean_form
    from modules.situng.operations.captures import open_capture
    from modules.situng.operations.photos import add_photo
    from modules.situng.queries.contests import contest_by_code, contest_count
    from modules.situng.simulated import photos

    first = live.account("operator_sirekap_ppk", "120101", username="operator.satu")
    second = live.account("operator_kpu_kabko", "1201", username="operator.dua")
    third = live.account("ppk", "120101", username="ppk.tiga")
    with live.session():
        count = contest_count(contest_by_code("pemilu-2024", "ppwp").id)
        values = clean_form(count, CODE)
        row = open_capture(count, CODE, actor=Actor(first, "operator.satu"))
        for page, content in enumerate(photos(count, CODE, values), start=1):
            add_photo(row, io.BytesIO(content), page=page, actor=Actor(first, "operator.satu"))
    return values, (first, second, third)


def enter(page, values):
    """Type a form as a trained person does, counting keys: Enter between numbers, Shift+Enter at the end."""
    names = page.eval_on_selector_all("input[data-number]", "all => all.map(i => i.name)")
    assert sorted(names) == sorted(values)
    page.locator(f"#{names[0]}").focus()
    keys = 0
    for at, name in enumerate(names):
        assert page.evaluate("document.activeElement.name") == name
        typed = str(values[name])
        page.keyboard.type(typed)
        keys += len(typed)
        if at < len(names) - 1:
            page.keyboard.press("Enter")
            keys += 1
    page.keyboard.press("Shift+Enter")
    return keys + 1, names


@pytest.fixture
def desk(live, chromium, sign_in):
    """A tab of one of the people."""
    opened = []

    def open_desk(account):
        context = chromium.new_context(
            viewport={"width": 1366, "height": 768}, base_url=live.url, reduced_motion="reduce"
        )
        opened.append(context)
        tab = context.new_page()
        sign_in(tab, account)
        return tab

    yield open_desk
    for context in opened:
        context.close()


def test_two_people_and_a_third_by_the_keyboard(desk, form, axe, screenshot):
    from playwright.sync_api import expect

    truth, (first, second, third) = form
    for who, changed in ((first, {}), (second, {"suara_2": truth["suara_2"] + 9})):
        page = desk(who)
        page.goto("/hasil/entri/pemilu-2024/ppwp")
        axe(page)
        page.get_by_role("button", name="Ambil berikutnya").first.click()
        page.wait_for_url(f"**/{CODE}")
        if not changed:
            axe(page)
        values = truth | changed
        keys, names = enter(page, values)
        if changed:  # the sums fail: confirmed as written, by the keyboard
            expect(page.get_by_role("heading", name="Periksa dulu")).to_be_visible()
            axe(page)
            screenshot(page, "entri-periksa", full=False)
            for reason in page.locator("[name^=alasan-]").all():  # the machine read another number (W.121)
                reason.fill("Sesuai foto")
            page.locator("#tertulis").focus()
            page.keyboard.press("Space")
            page.keyboard.press("Shift+Enter")
        else:
            digits = sum(len(str(v)) for v in values.values())
            assert keys == digits + len(names), "digits, one key a number, the last of them sends"
        page.get_by_text("tersimpan; ").first.wait_for()
    page = desk(third)
    page.goto(f"/hasil/entri/pemilu-2024/ppwp/{CODE}/selisih")
    axe(page)
    screenshot(page, "entri-selisih", full=False)
    page.get_by_label(str(truth["suara_2"]), exact=True).check()
    page.get_by_role("button", name="Putuskan").click()
    page.get_by_text("diputus").wait_for()
    axe(page)
    page.goto(f"/hitung-suara/pemilu-2024/ppwp/{CODE}")
    expect(page.get_by_text("yang dihitung").first).to_be_visible()
    axe(page)
