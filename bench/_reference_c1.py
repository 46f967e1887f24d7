"""Learn what is printed on C1-PPWP 2019: the landmarks by which form reading finds the page in a scan.

Run by hand: .venv/bin/python -m bench._reference_c1 ../shared/data/forms/c1_2019

Twelve filled forms are laid over one; landmarks (SIFT) that at least three other forms share and that lie
outside the boxes of digits are print, not writing. They are kept with their places in the millimetres of the
measured model c1_ppwp_2019. Labels are not looked at.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from modules.situng.layouts import form_model, layout
from modules.situng.reading.scanned import REFERENCE

BASE = {1: "tps11_X01.png", 2: "tps06_X02.png"}
#: Per page: how far the base form is turned (rise per pixel), and pixels <-> mm at two places of its table.
TURN = {1: 0.0085, 2: 0.0030}
#: (x, y) of the upright base form in pixels, and the same places in millimetres of the model.
FIT = {
    1: (((41.5, 406.6), (1169.0, 406.6), (1169.0, 1376.3)), ((11.3, 71.0), (201.85, 71.0), (201.85, 235.05))),
    2: (((42.8, 280.3), (1166.5, 280.3), (1166.5, 949.4)), ((11.3, 47.3), (201.85, 47.3), (201.85, 161.0))),
}
KEPT = 700


def grey(path: Path) -> np.ndarray:
    """A picture in shades of grey."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise SystemExit(f"{path} is no picture")
    return picture


def main(folder: Path) -> None:
    pages = layout(form_model("c1_ppwp_2019"), "ppwp", ())
    sift = cv2.SIFT.create(4000)
    out: dict[str, np.ndarray] = {}
    for page in (1, 2):
        base = grey(folder / BASE[page])
        points, signs = sift.detectAndCompute(base, None)
        seen = np.zeros(len(points), int)
        for file in sorted(folder.glob(f"*_X0{page}.png")):
            if file.name == BASE[page]:
                continue
            others, their = sift.detectAndCompute(grey(file), None)
            pairs = [a for a, b in cv2.BFMatcher().knnMatch(their, signs, 2) if a.distance < 0.8 * b.distance]
            here = np.array([others[a.queryIdx].pt for a in pairs], np.float32)
            there = np.array([points[a.trainIdx].pt for a in pairs], np.float32)
            _matrix, inside = cv2.findHomography(here, there, cv2.RANSAC, 5)
            for pair, good in zip(pairs, inside.ravel(), strict=True):
                seen[pair.trainIdx] += int(good)
        xy = np.array([p.pt for p in points])
        turn = TURN[page]
        upright = np.column_stack([xy[:, 0] + turn * xy[:, 1], xy[:, 1] - turn * xy[:, 0]])
        ours, theirs = (np.array(corners, np.float32) for corners in FIT[page])
        fit = cv2.getAffineTransform(ours, theirs)
        mm = upright @ fit[:, :2].T + fit[:, 2]
        free = np.ones(len(mm), bool)
        for cell in pages[page - 1].cells:
            c = cell.crop
            free &= ~(
                (mm[:, 0] > c.x - 1)
                & (mm[:, 0] < c.right + 1)
                & (mm[:, 1] > c.y - 1)
                & (mm[:, 1] < c.bottom + 1)
            )
        order = np.argsort(-(seen * free))[:KEPT]
        order = order[(seen * free)[order] >= 3]
        print(page, len(order), "landmarks, shared by", np.bincount(seen[order]).tolist())
        out[f"mm{page}"] = mm[order].astype(np.float32)
        out[f"signs{page}"] = signs[order].astype(np.uint8)
    np.savez_compressed(REFERENCE, allow_pickle=True, **out)
    print(REFERENCE, REFERENCE.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
