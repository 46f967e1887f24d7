"""Printing C.Hasil: pages a second of whole forms (code, DPT, blank page shared) and bytes a page.

The reference, in the same run: typst alone, as many empty pages of the same size. ``--stations N`` prints
fewer than a kab/kota's 1,099 TPS.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import typst

from bench._figures import emit

if TYPE_CHECKING:
    from modules.situng.layouts import Line

NAME = "print_forms"
STATIONS = 1099


def main() -> int:
    """Run and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=STATIONS)
    options = parser.parse_args()
    from modules.situng.layouts import Line

    pairs = [Line(n, f"CALON PRESIDEN {n} dan CALON WAKIL PRESIDEN {n}") for n in (1, 2, 3)]
    parties = [
        Line(party, f"PARTAI {party}" if c == 0 else f"CALON {party}-{c}, S.H.", "partai", c or None)
        for party in range(1, 19)
        for c in range(9)
    ]
    good = [run("ppwp", pairs, options.stations), run("dpr", parties, options.stations)]
    return 0 if all(good) else 1


def run(contest: str, lines: list[Line], stations: int) -> bool:
    """Print one contest for so many TPS."""
    from electsys.documents.pdf import qr_svg, render_pdf
    from modules.situng.layouts import form_model, layout
    from modules.situng.layouts.sheets import Sheet, blanks, paper

    begin = time.perf_counter()
    pages = layout(form_model(), contest, lines)
    blank = render_pdf("situng/c_hasil_halaman", blanks(pages, title="Bench"), archive=False)
    size = 0
    for start in range(0, stations, 400):
        sheets = [
            Sheet(
                f"1201011001{n % 1000:03d}",
                {"provinsi": "SUMATERA UTARA", "kabko": "TAPANULI TENGAH", "tps": f"TPS {n % 1000:03d}"},
                {"pemilih_dpt_l": 98, "pemilih_dpt_p": 103, "pemilih_dpt_j": 201},
            )
            for n in range(start, min(start + 400, stations))
        ]
        data = paper(pages, blank, sheets, election=1, contest=contest, title="Bench", code=qr_svg)
        size += len(render_pdf("situng/c_hasil", data, archive=False))
    seconds = time.perf_counter() - begin
    made = len(pages) * stations
    begin = time.perf_counter()
    source = f"#set page(width: 210mm, height: 297mm)\n#for n in range({made - 1}) {{ pagebreak() }}"
    typst.compile(source.encode(), format="pdf")
    empty = made / (time.perf_counter() - begin)
    emit(NAME, f"{contest}_pages", made, "pages")
    emit(NAME, f"{contest}_bytes_a_page", size / made, "bytes", goal=20_000)
    return emit(
        NAME, f"{contest}_pages_a_second", made / seconds, "pages/s", reference=empty, goal=30, least=True
    )


if __name__ == "__main__":
    sys.exit(main())
