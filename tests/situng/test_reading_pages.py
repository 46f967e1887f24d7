"""Machine reading of our own forms: pages printed, filled and photographed in the test."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from bench import _photos as photos
from modules.situng.layouts import FormKey
from modules.situng.reading import Expect, Unreadable, read_and_rectify, read_page, rectified
from modules.situng.reading.picture import MAX_PIXELS

TPS = "3171010001001"
MODELS = photos.Printed()


def drawn_digits() -> photos.Digits:
    """Digits that need no data set: drawn in a plain typeface, so that reading is not the question here."""
    out: photos.Digits = {}
    for n in range(10):
        glyph = np.zeros((56, 56), np.uint8)
        cv2.putText(glyph, str(n), (13, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 255, 4, cv2.LINE_AA)
        out[n] = [cv2.resize(glyph, (28, 28), interpolation=cv2.INTER_AREA)]
    return out


@pytest.fixture(scope="module")
def blanks() -> list[photos.Blank]:
    return photos.printed("ppwp", TPS)


def filled(blank: photos.Blank, seed: int = 3, strength: str = "middle") -> tuple[bytes, photos.Truth]:
    rng = np.random.default_rng(seed)
    picture, truth = photos.fill(blank, drawn_digits(), rng)
    return photos.photo(picture, rng, photos.STRENGTHS[strength]), truth


@pytest.mark.parametrize("strength", ["light", "middle", "heavy"])
@pytest.mark.parametrize("page", [0, 1])
def test_a_photo_says_which_page_it_is_and_what_stands_there(
    blanks: list[photos.Blank], strength: str, page: int
) -> None:
    data, truth = filled(blanks[page], 10 + page, strength)
    reading = read_page(data, models=MODELS)
    assert (reading.form_model, reading.tps_code, reading.contest) == ("c_hasil_2024", TPS, "ppwp")
    assert (reading.page, reading.of, reading.election) == (page + 1, 2, 1)
    assert list(reading.cells) == [cell.name for cell in blanks[page].page.cells]
    read = {n: c.value for n, c in reading.cells.items() if c.status == "read"}
    assert all(truth.values[name] == value for name, value in read.items() if name not in truth.traps)
    assert not truth.traps & set(read)
    assert len(read) >= (0.5 if strength == "heavy" else 0.8) * len(reading.cells)


def test_values_that_are_not_read_are_not_there(blanks: list[photos.Blank]) -> None:
    data, _truth = filled(blanks[0], 4, "heavy")
    for cell in read_page(data, models=MODELS).cells.values():
        assert (cell.value is None) == (cell.status != "read")
        assert 0 <= cell.confidence <= 1
        assert bool(cell.doubts) == (cell.status == "unsure")


def test_an_empty_page_is_missing_everywhere(blanks: list[photos.Blank]) -> None:
    rng = np.random.default_rng(1)
    data = photos.photo(blanks[0].picture, rng, photos.STRENGTHS["middle"])
    assert {c.status for c in read_page(data, models=MODELS).cells.values()} == {"missing"}


def test_a_bubble_that_contradicts_its_digit_is_never_read(blanks: list[photos.Blank]) -> None:
    picture, hand = blanks[0].picture.copy(), photos.Hand.of(np.random.default_rng(5), drawn_digits())
    cell, other = blanks[0].page.cells[3], blanks[0].page.cells[4]
    for n, (digit, marked) in enumerate(((1, 1), (4, 9), (2, 2))):
        photos._digit(picture, cell.digits[n], digit, hand)
        _blacken(picture, cell, n, marked)
    for n, digit in enumerate((1, 4, 2)):
        photos._digit(picture, other.digits[n], digit, hand)
        _blacken(picture, other, n, digit)
    _blacken(picture, other, 1, 7)
    reading = read_page(_plain(picture), models=MODELS)
    assert reading.cells[cell.name].status == "unsure"
    assert reading.cells[cell.name].doubts == ("bertentangan",)
    assert reading.cells[other.name].doubts == ("ganda",)


def test_bubbles_without_digits_and_digits_without_bubbles_are_unsure(blanks: list[photos.Blank]) -> None:
    picture, hand = blanks[0].picture.copy(), photos.Hand.of(np.random.default_rng(5), drawn_digits())
    marks, digits = blanks[0].page.cells[3], blanks[0].page.cells[4]
    for n, digit in enumerate((1, 4, 2)):
        _blacken(picture, marks, n, digit)
        photos._digit(picture, digits.digits[n], digit, hand)
    cells = read_page(_plain(picture), models=MODELS).cells
    assert (cells[marks.name].status, cells[digits.name].status) == ("unsure", "unsure")


def test_the_straightened_page_is_what_the_boxes_refer_to(blanks: list[photos.Blank]) -> None:
    data, _truth = filled(blanks[0], 6, "middle")
    reading, jpeg = read_and_rectify(data, models=MODELS)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert reading.size == (picture.shape[1], picture.shape[0]) == (210 * 8, 297 * 8)
    assert rectified(data, models=MODELS) == jpeg
    for cell in reading.cells.values():
        for box in (cell.box, cell.row):
            assert box.x >= 0
            assert box.x + box.w <= reading.size[0]
            assert box.y + box.h <= reading.size[1]
    # A frame is printed where the box of a cell says: its edge is darker than the paper inside.
    box = reading.cells["pemilih_dpt_l"].box
    edge = picture[box.y - 6 : box.y + 7, box.x + 20 : box.x + box.w - 20].min(axis=0).mean()
    assert edge < picture[box.y : box.y + box.h, box.x : box.x + box.w].mean() - 15


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_head_is_read(blanks: list[photos.Blank], turn: int) -> None:
    data, truth = filled(blanks[1], 8, "light")
    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    reading = read_page(_plain(np.rot90(grey, turn)), models=MODELS)
    assert reading.page == 2
    assert all(truth.values[n] == c.value for n, c in reading.cells.items() if c.status == "read")


def test_three_corners_are_enough_two_are_not(blanks: list[photos.Blank]) -> None:
    picture = filled_flat(blanks[1])
    high, wide = picture.shape
    three = picture.copy()
    three[high - 400 :, :400] = 130
    reading = read_page(_plain(three), models=MODELS)
    assert "terpotong" in reading.hints
    assert any(cell.status == "read" for cell in reading.cells.values())
    two = three.copy()
    two[high - 400 :, wide - 400 :] = 130
    with pytest.raises(Unreadable) as refusal:
        read_page(_plain(two), models=MODELS)
    assert refusal.value.code == "sebagian"


def test_another_tps_contest_or_election_is_refused(blanks: list[photos.Blank]) -> None:
    data, _truth = filled(blanks[1], 9, "light")
    for expect, code in (
        (Expect(tps="3171010001002"), "tps_lain"),
        (Expect(contest="dpr"), "pemilihan_lain"),
        (Expect(election=2), "pemilu_lain"),
    ):
        with pytest.raises(Unreadable) as refusal:
            read_page(data, models=MODELS, expect=expect)
        assert refusal.value.code == code
    assert read_page(data, models=MODELS, expect=Expect(TPS, "ppwp", 1)).tps_code == TPS


def test_a_form_of_an_unknown_election_or_edition_is_refused() -> None:
    (blank, *_more) = photos.printed("ppwp", TPS, election=7)
    with pytest.raises(Unreadable) as refusal:
        read_page(_plain(blank.picture), models=MODELS)
    assert refusal.value.code == "formulir_tidak_dikenal"

    class Other:
        def pages(self, key: FormKey):  # type: ignore[no-untyped-def]
            return "c_hasil_2024", MODELS.forms["dpd"]

    with pytest.raises(Unreadable) as refusal:
        read_page(_plain(blank.picture), models=Other())
    assert refusal.value.code == "edisi_lain"


def test_a_spoilt_code_is_refused_unless_the_form_is_known(blanks: list[photos.Blank]) -> None:
    picture = filled_flat(blanks[1])
    qr = blanks[1].page.qr
    assert qr is not None
    picture[round(qr.y * 8) : round(qr.bottom * 8), round((qr.x + 6) * 8) : round((qr.x + 24) * 8)] = 20
    with pytest.raises(Unreadable) as refusal:
        read_page(_plain(picture), models=MODELS)
    assert refusal.value.code == "qr_tidak_terbaca"
    key = FormKey(1, "ppwp", TPS, 1, 2, photos.stamp_of("ppwp"))
    reading = read_page(_plain(picture), models=MODELS, expect=Expect(key=key))
    assert (reading.page, reading.tps_code) == (2, None)
    assert "qr_tidak_terbaca" in reading.hints


def test_a_dark_and_a_blurred_photo_say_so(blanks: list[photos.Blank]) -> None:
    picture = filled_flat(blanks[1])
    assert "gelap" in read_page(_plain((picture * 0.3).astype(np.uint8)), models=MODELS).hints
    blurred = cv2.GaussianBlur(picture, (0, 0), 5)
    assert "buram" in read_page(_plain(blurred), models=MODELS).hints
    assert not {"gelap", "buram"} & set(read_page(_plain(picture), models=MODELS).hints)


# --- what is no form ------------------------------------------------------------------------------


def test_what_is_no_form_is_refused_with_a_code() -> None:
    rng = np.random.default_rng(2)
    cat = cv2.resize(rng.integers(0, 255, (60, 80), np.uint8), (1600, 1200), interpolation=cv2.INTER_CUBIC)
    cases = {
        "kosong": b"",
        "bukan_gambar": b"%PDF-1.7 not a picture",
        "bukan_formulir": _plain(cat),
        "terlalu_kecil": _plain(cat[:300, :400]),
        "rusak": _plain(cat)[: 20_000],
        "terlalu_besar": _bomb(9000, 7000),
    }  # fmt: skip
    for code, data in cases.items():
        with pytest.raises(Unreadable) as refusal:
            read_page(data, models=MODELS)
        assert refusal.value.code == code


def test_a_bomb_is_refused_by_its_header_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    for side in (7100, 30_000):
        with pytest.raises(Unreadable) as refusal:
            read_page(_bomb(side, side), models=MODELS)
        assert refusal.value.values["width"] == side
        assert side * side > MAX_PIXELS


def test_a_png_with_alpha_and_deep_grey_are_pictures_too(blanks: list[photos.Blank]) -> None:
    picture = filled_flat(blanks[1])
    for image in (Image.fromarray(picture).convert("LA"), Image.fromarray(picture.astype(np.uint16) * 257)):
        out = io.BytesIO()
        image.save(out, "PNG")
        assert read_page(out.getvalue(), models=MODELS).page == 2


def filled_flat(blank: photos.Blank) -> np.ndarray:
    return photos.fill(blank, drawn_digits(), np.random.default_rng(11))[0]


def _blacken(picture: np.ndarray, cell, place: int, value: int) -> None:  # type: ignore[no-untyped-def]
    bubble = next(b for b in cell.bubbles if (b.digit, b.value) == (place, value))
    cv2.circle(picture, (round(bubble.x * 8), round(bubble.y * 8)), 10, 20, -1)


def _plain(picture: np.ndarray) -> bytes:
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    return data.tobytes()


def _bomb(width: int, height: int) -> bytes:
    """A PNG that promises many pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
