"""The lines, bubbles and corner marks of a page as one SVG picture, in millimetres.

One picture a page, the same for every TPS: a file of a thousand forms holds it once.
"""

from __future__ import annotations

from modules.situng.layouts.shapes import Bubble, Fill, Marker, Page

#: DICT_4X4_50 of OpenCV's ArUco module, sixteen inner bits a marker, row by row; 1 is white. (A test
#: compares them with the library.)
BITS = bytes.fromhex(
    "b5320f9a332d9946549e79cd9e2ec4f2fedacf56f99111a70eb72a0f24b1263e466566006c5e76af868bb02bccd5dd82fe47"
    "9471ace4a5542123346f441557b29ecff0cb08ae0929187504ff0df61c5a17182a28328c38b224e82eeb2d3f4b64502e5013"
)


def page_svg(page: Page) -> str:
    """Everything on a page that is neither words nor differs by TPS."""
    parts = [_fill(item) for item in page.fills]
    parts += [_bubble(bubble) for cell in page.cells for bubble in cell.bubbles]
    parts += [_marker(marker) for marker in page.markers]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(page.width)}mm" height="{_n(page.height)}mm"'
        f' viewBox="0 0 {_n(page.width)} {_n(page.height)}">{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _grey(level: int | None) -> str:
    return "none" if level is None else f"#{level:02x}{level:02x}{level:02x}"


def _fill(item: Fill) -> str:
    box = item.box
    stroke = (
        f' stroke="{_grey(item.stroke)}" stroke-width="{_n(item.width)}"' if item.stroke is not None else ""
    )
    if not box.w or not box.h:
        return f'<path d="M{_n(box.x)} {_n(box.y)}L{_n(box.right)} {_n(box.bottom)}"{stroke}/>'
    return (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.w)}" height="{_n(box.h)}"'
        f' fill="{_grey(item.fill)}"{stroke}/>'
    )


def _bubble(bubble: Bubble) -> str:
    """A thin circle with its digit in grey: what is printed must not look like what is blackened."""
    x, y = _n(bubble.x), _n(bubble.y)
    return (
        f'<circle cx="{x}" cy="{y}" r="{_n(bubble.r)}" fill="none" stroke="#555" stroke-width=".18"/>'
        f'<text x="{x}" y="{_n(bubble.y + 0.62)}" font-family="Libertinus Serif" font-size="1.9"'
        f' text-anchor="middle" fill="#888">{bubble.value}</text>'
    )


def _marker(marker: Marker) -> str:
    box = marker.box
    black = [f"M{_n(box.x)} {_n(box.y)}h{_n(box.w)}v{_n(box.h)}h-{_n(box.w)}z"]
    if marker.kind == "aruco":
        bits = int.from_bytes(BITS[2 * marker.id : 2 * marker.id + 2])
        side = box.w / 6
        for place in range(16):
            if bits >> (15 - place) & 1:
                row, column = divmod(place, 4)
                x, y = box.x + (column + 1) * side, box.y + (row + 1) * side
                black.append(f"M{_n(x)} {_n(y)}v{_n(side)}h{_n(side)}v-{_n(side)}z")
    return f'<path d="{"".join(black)}" fill="#000" fill-rule="evenodd"/>'
