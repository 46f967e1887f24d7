"""Train the digit model of form reading: three small networks, exported as one ONNX file with its card.

Run by hand, never by the suite: it needs torch and onnx, which the project itself does not.

    python3 -m venv /var/tmp/train && /var/tmp/train/bin/pip install torch onnx opencv-python-headless
    /var/tmp/train/bin/python bench/_train_digits.py --digits ../shared/data/digits/mnist10k_npm.csv.gz

Split of the 10,000 digits, by row number: n % 10 in 0..6 train, 7 calibrate, 8 and 9 are held out for
bench/read_form.py and are never looked at here. Signs that are no digit (X, dash, junk) are drawn.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parent.parent
READING = ROOT / "modules" / "situng" / "reading"
X, DASH, JUNK = 10, 11, 12
CLASSES = 13


def _ink() -> Any:
    """The module ink.py by its path: importing the package would need the whole application."""
    spec = importlib.util.spec_from_file_location("reading_ink", READING / "ink.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


normalise = _ink().normalise


def load_digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (n, 28, 28) of 0..255 and labels, in the order of the file."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt((line for line in file if line[0].isdigit()), delimiter=",", dtype=np.uint8)
    return rows[:, 1:].reshape(-1, 28, 28), rows[:, 0]


# --- drawing --------------------------------------------------------------------------------------

SCALE = 4  # pictures are worked on at four times the size of MNIST
CANVAS = 28 * SCALE


def _smooth(points: np.ndarray, steps: int = 24) -> np.ndarray:
    """A soft curve through the given points (Catmull-Rom)."""
    p = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps)[:, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        out.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack(out)


#: How the digits are written here, in a square of 1 x 1: bare and hooked ones, sevens with and without a bar,
#: open and closed fours, nines like a g. Strokes of points; each is shaken before it is drawn.
WRITTEN: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [[[(0.5, 0.05), (0.2, 0.3), (0.22, 0.75), (0.5, 0.95), (0.78, 0.7), (0.78, 0.3), (0.5, 0.05)]]],
    1: [
        [[(0.5, 0.05), (0.5, 0.5), (0.5, 0.95)]],
        [[(0.56, 0.05), (0.5, 0.5), (0.45, 0.95)]],
        [[(0.35, 0.25), (0.52, 0.05)], [(0.52, 0.05), (0.52, 0.5), (0.52, 0.95)]],
        [[(0.35, 0.22), (0.52, 0.05)], [(0.52, 0.05), (0.52, 0.95)], [(0.35, 0.95), (0.7, 0.95)]],
    ],
    2: [
        [[(0.25, 0.25), (0.5, 0.05), (0.75, 0.25), (0.55, 0.6), (0.22, 0.93)], [(0.22, 0.93), (0.8, 0.93)]],
        [[(0.22, 0.2), (0.5, 0.06), (0.72, 0.28), (0.3, 0.85), (0.22, 0.8), (0.4, 0.78), (0.8, 0.92)]],
    ],
    3: [
        [[(0.25, 0.12), (0.6, 0.07), (0.7, 0.28), (0.42, 0.46), (0.74, 0.65), (0.6, 0.92), (0.22, 0.88)]],
        [[(0.25, 0.08), (0.72, 0.08)], [(0.72, 0.08), (0.45, 0.42)],
         [(0.45, 0.42), (0.74, 0.62), (0.6, 0.92), (0.22, 0.88)]],
    ],
    4: [
        [[(0.35, 0.05), (0.2, 0.55)], [(0.2, 0.55), (0.82, 0.55)], [(0.66, 0.1), (0.64, 0.95)]],
        [[(0.6, 0.05), (0.15, 0.62)], [(0.15, 0.62), (0.85, 0.62)], [(0.6, 0.05), (0.6, 0.95)]],
        [[(0.25, 0.1), (0.22, 0.35), (0.4, 0.5), (0.7, 0.45)], [(0.7, 0.1), (0.66, 0.5), (0.64, 0.95)]],
    ],
    5: [
        [[(0.72, 0.07), (0.3, 0.08)], [(0.3, 0.08), (0.28, 0.42)],
         [(0.28, 0.42), (0.6, 0.4), (0.74, 0.65), (0.55, 0.92), (0.22, 0.88)]],
        [[(0.75, 0.08), (0.4, 0.12), (0.3, 0.38), (0.6, 0.5), (0.7, 0.75), (0.45, 0.94), (0.2, 0.85)]],
    ],
    6: [
        [[(0.65, 0.05), (0.35, 0.35), (0.25, 0.72), (0.5, 0.94), (0.72, 0.75), (0.52, 0.56), (0.28, 0.72)]],
        [[(0.45, 0.05), (0.28, 0.5), (0.32, 0.9), (0.6, 0.92), (0.68, 0.65), (0.45, 0.58), (0.28, 0.72)]],
    ],
    7: [
        [[(0.2, 0.1), (0.76, 0.08)], [(0.76, 0.08), (0.55, 0.5), (0.42, 0.95)]],
        [[(0.2, 0.2), (0.22, 0.08)], [(0.22, 0.08), (0.76, 0.1)], [(0.76, 0.1), (0.5, 0.95)]],
        [[(0.2, 0.1), (0.76, 0.08)], [(0.76, 0.08), (0.48, 0.95)], [(0.38, 0.5), (0.78, 0.5)]],
    ],
    8: [
        [[(0.7, 0.2), (0.5, 0.05), (0.3, 0.22), (0.5, 0.46), (0.74, 0.72), (0.5, 0.95), (0.26, 0.74),
          (0.5, 0.46), (0.7, 0.2)]],
        [[(0.5, 0.05), (0.3, 0.25), (0.5, 0.45), (0.7, 0.25), (0.5, 0.05)],
         [(0.5, 0.45), (0.25, 0.7), (0.5, 0.95), (0.75, 0.7), (0.5, 0.45)]],
    ],
    9: [
        [[(0.72, 0.25), (0.5, 0.06), (0.28, 0.28), (0.48, 0.48), (0.72, 0.28)], [(0.72, 0.2), (0.66, 0.95)]],
        [[(0.7, 0.18), (0.45, 0.06), (0.28, 0.3), (0.48, 0.48), (0.7, 0.3)],
         [(0.72, 0.15), (0.72, 0.6), (0.6, 0.92), (0.3, 0.9), (0.25, 0.8)]],
        [[(0.72, 0.25), (0.5, 0.06), (0.28, 0.28), (0.48, 0.48), (0.72, 0.28), (0.7, 0.7), (0.45, 0.95),
          (0.28, 0.85)]],
    ],
}  # fmt: skip


def _draw(strokes: list[np.ndarray], thickness: float, rng: np.random.Generator) -> np.ndarray:
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for points in strokes:
        curve = _smooth(points) if len(points) > 2 else points
        pixels = np.round(curve * 16).astype(np.int32)[:, None]
        cv2.polylines(canvas, [pixels], False, 255, max(1, round(thickness)), cv2.LINE_AA, shift=4)
    return canvas


def draw_digit(digit: int, rng: np.random.Generator) -> np.ndarray:
    """A digit from its strokes, shaken: place, size, slant and shape of each differ."""
    styles = WRITTEN[digit]
    style = styles[rng.integers(len(styles))]
    wide, tall = rng.uniform(0.45, 0.95), rng.uniform(0.7, 0.95)
    shake = rng.normal(0, 0.035, 2)
    strokes = []
    for stroke in style:
        points = np.array(stroke) + rng.normal(0, 0.028, (len(stroke), 2)) + shake * 0
        points = (points - 0.5) * (wide, tall) + 0.5
        strokes.append(points * CANVAS)
    return _draw(strokes, rng.uniform(1.5, 14), rng)


def draw_cross(rng: np.random.Generator) -> np.ndarray:
    """An X, large or small, its arms rarely equal."""
    size = rng.uniform(0.25, 0.49)
    turn = rng.normal(0, 0.12)
    strokes = []
    for angle in (np.pi / 4, -np.pi / 4):
        a = angle + turn + rng.normal(0, 0.12)
        middle = np.array([0.5, 0.5]) + rng.normal(0, 0.035, 2)
        arm = np.array([np.cos(a) * rng.uniform(0.75, 1.2), np.sin(a)]) * size
        bend = rng.normal(0, 0.03, 2)
        strokes.append(np.array([middle - arm * rng.uniform(0.75, 1), middle + bend, middle + arm]) * CANVAS)
    return _draw(strokes, rng.uniform(1.5, 12), rng)


def draw_dash(rng: np.random.Generator) -> np.ndarray:
    """A dash or a flat wave."""
    half, tilt = rng.uniform(0.15, 0.45), rng.normal(0, 0.16)
    arm = np.array([np.cos(tilt), np.sin(tilt)]) * half
    middle = np.array([0.5, 0.5])
    bend = np.array([0, rng.normal(0, 0.03)])
    return _draw([np.array([middle - arm, middle + bend, middle + arm]) * CANVAS], rng.uniform(1.5, 14), rng)


def draw_junk(big: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What must never be read: struck digits, two in a box, scribbles, blots, diagonals, letters' bits."""
    kind = rng.choice((0, 1, 2, 3, 4, 6))
    line = rng.uniform(3, 10)
    if kind == 0:  # struck through, once to three times
        out = big.copy()
        for _n in range(rng.integers(1, 4)):
            y, tilt = rng.uniform(0.35, 0.65), rng.normal(0, 0.12)
            ends = np.array([[rng.uniform(0, 0.12), y - tilt], [rng.uniform(0.88, 1), y + tilt]])
            out = np.maximum(out, _draw([ends * CANVAS], line, rng))
        return out
    if kind == 1:  # two digits over each other
        dx, dy = rng.integers(-14, 15, 2)
        return np.maximum(big, np.roll(other, (dy, dx), (0, 1)))
    if kind == 2:  # two digits side by side
        a, b = cv2.resize(big, (CANVAS // 2, CANVAS)), cv2.resize(other, (CANVAS // 2, CANVAS))
        return np.hstack([a, b])
    if kind == 3:  # scribble
        points = rng.uniform(0.1, 0.9, (rng.integers(5, 12), 2)) * CANVAS
        return _draw([points], line, rng)
    if kind == 4:  # blot
        out = np.zeros((CANVAS, CANVAS), np.uint8)
        for _n in range(rng.integers(2, 6)):
            centre = tuple(int(v) for v in rng.uniform(0.3, 0.7, 2) * CANVAS)
            axes = tuple(int(v) for v in rng.uniform(8, 35, 2))
            cv2.ellipse(out, centre, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1)
        return out
    angles = np.sort(rng.uniform(0, 2 * np.pi, 4))  # crossed out by many strokes
    strokes = [
        np.array(
            [0.5 + 0.45 * np.array([np.cos(a), np.sin(a)]), 0.5 - 0.45 * np.array([np.cos(a), np.sin(a)])]
        )
        * CANVAS
        for a in angles
    ]
    return np.maximum(_draw(strokes, line, rng), big if rng.random() < 0.6 else 0)


def thin(big: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same sign with another pen: thinner by the distance to its edge, or thicker."""
    mask: np.ndarray = (big > 110).astype(np.uint8)
    if rng.random() < 0.65:
        inside = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
        mask = (inside > rng.uniform(0.0, 0.5) * min(inside.max(), 8)).astype(np.uint8)
    elif rng.random() < 0.5:
        r = int(rng.integers(2, 7))
        mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (r, r)))
    return mask * 255


def warp(big: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Slant, turn, stretch and a soft elastic bend."""
    h = CANVAS
    turn = rng.normal(0, 0.11 * strength)
    slant = rng.normal(0, 0.14 * strength)
    wide, tall = np.exp(rng.normal(0, 0.13 * strength, 2))
    m = np.array([[np.cos(turn) * wide, -np.sin(turn) + slant], [np.sin(turn), np.cos(turn) * tall]])
    m *= 0.82
    offset = np.array([h / 2, h / 2]) - m @ np.array([h / 2, h / 2])
    big = cv2.warpAffine(big, np.hstack([m, offset[:, None]]), (h, h), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.6:
        push = cv2.resize(rng.normal(0, 3.0 * strength, (5, 5, 2)).astype(np.float32), (h, h),
                          interpolation=cv2.INTER_CUBIC)  # fmt: skip
        ys, xs = np.mgrid[0:h, 0:h].astype(np.float32)
        big = cv2.remap(big, xs + push[..., 0], ys + push[..., 1], cv2.INTER_LINEAR)
    return big


def spoil(big: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What paper, scanner and camera do: gaps, specks, bits of the frame, blur, few pixels, grey levels."""
    side = int(rng.integers(20, 60))
    small = cv2.resize(big, (side, side), interpolation=cv2.INTER_AREA)
    small = np.minimum(small * (255.0 / max(90, int(small.max()))), 255).astype(np.uint8)
    if rng.random() < 0.3:  # a weak pen on a two-level scan
        holes = cv2.resize(rng.random((side // 2, side // 2)).astype(np.float32), (side, side))
        small = np.where(holes < rng.uniform(0.02, 0.18), 0, small).astype(np.uint8)
    if rng.random() < 0.08:  # remains of the printed frame at one edge of the sign
        rows, columns = np.nonzero(small > 60)
        if len(rows):
            y = int(np.clip(rng.choice((rows.min(), rows.max())), 0, side - 1))
            a, b = sorted(rng.integers(columns.min(), columns.max() + 1, 2))
            small[y, a:b] = 255
    if rng.random() < 0.2:
        for _n in range(int(rng.integers(1, 4))):
            y, x = rng.integers(side // 6, side - side // 6, 2)
            small[y, x] = 255
    if rng.random() < 0.6:
        small = cv2.GaussianBlur(small, (0, 0), float(rng.uniform(0.3, 0.028 * side)))
        small = np.minimum(small * (255.0 / max(60, int(small.max()))), 255).astype(np.uint8)
    if rng.random() < 0.45:  # two levels
        return ((small > rng.uniform(60, 140)) * 255).astype(np.uint8)
    noise = rng.normal(0, rng.uniform(0, 14), small.shape)
    small = np.clip(small * rng.uniform(0.55, 1.0) + noise, 0, 255).astype(np.uint8)
    small[small < 45] = 0
    return small


def damaged(big: np.ndarray, label: int, rng: np.random.Generator) -> np.ndarray:
    """A spoiled picture that still shows most of its sign; the clean one where three tries fail."""
    for _n in range(3):
        small = spoil(big, rng)
        back = cv2.resize(small, (CANVAS, CANVAS), interpolation=cv2.INTER_LINEAR) > 60
        true = big > 100
        if label == JUNK or (back & true).sum() > 0.55 * true.sum():
            return small
    return big


def sample(
    pictures: np.ndarray, labels: np.ndarray, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    """One training picture and its class."""
    dice = rng.random()
    big = cv2.resize(pictures[n], (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    label = int(labels[n])
    if dice < 0.10:
        big, label = draw_cross(rng), X
    elif dice < 0.14:
        big, label = draw_dash(rng), DASH
    elif dice < 0.24:
        other = cv2.resize(
            pictures[rng.integers(len(pictures))], (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC
        )
        big, label = draw_junk(thin(big, rng), thin(other, rng), rng), JUNK
    elif dice < 0.40:
        big = draw_digit(label, rng)
    else:
        big = thin(big, rng)
    big = warp(big, rng, 0.5 if label == DASH else 1.0)
    return normalise(damaged(big, label, rng)), label


# --- the networks ---------------------------------------------------------------------------------


def network() -> nn.Sequential:
    """About 39,000 weights: five convolutions and one linear layer."""

    def conv(a: int, b: int, stride: int) -> list[nn.Module]:
        return [nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]

    return nn.Sequential(
        *conv(1, 12, 1), *conv(12, 24, 2), *conv(24, 32, 1), *conv(32, 36, 2), *conv(36, 36, 2),
        nn.Flatten(), nn.Dropout(0.25), nn.Linear(36 * 16, CLASSES),
    )  # fmt: skip


class Ensemble(nn.Module):
    """Three networks side by side; out come their probabilities, (n, 3, 13), softened by one temperature."""

    def __init__(self, members: list[nn.Module], temperature: float = 1.0) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.temperature = temperature

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        outs = [torch.softmax(m(x) / self.temperature, 1).unsqueeze(1) for m in self.members]
        return torch.cat(outs, 1)


def make(
    pictures: np.ndarray, labels: np.ndarray, rounds: int, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """``rounds`` drawings of every digit, as bytes: what is drawn once serves several passes."""
    rng = np.random.default_rng(seed)
    x = np.empty((rounds * len(pictures), 1, 28, 28), np.uint8)
    y = np.empty(len(x), np.int64)
    for i in range(len(x)):
        picture, y[i] = sample(pictures, labels, i % len(pictures), rng)
        x[i, 0] = np.round(picture * 255)
    return torch.tensor(x), torch.tensor(y)


def train(x: torch.Tensor, y: torch.Tensor, passes: int, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    net = network()
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=5e-4)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=passes * (len(x) // 128 + 1))
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    for number in range(passes):
        start, seen = time.time(), 0.0
        for part in torch.randperm(len(x)).split(128):
            optimizer.zero_grad()
            loss = loss_of(net(x[part].float() / 255), y[part])
            loss.backward()
            optimizer.step()
            plan.step()
            seen = 0.99 * seen + 0.01 * loss.item()
        print(f"seed {seed} pass {number} loss {seen:.4f} {time.time() - start:.0f} s", flush=True)
    return net.eval()


def calibrate(members: list[nn.Module], x: torch.Tensor, y: torch.Tensor) -> float:
    """The temperature that makes the mean probability honest on digits that no network trained on."""
    with torch.no_grad():
        scores = [m(x) for m in members]
        costs = {}
        for t in np.arange(0.5, 3.01, 0.05):
            mean = torch.stack([torch.softmax(s / t, 1) for s in scores]).mean(0)
            costs[float(t)] = float(nn.functional.nll_loss(torch.log(mean + 1e-9), y))
    return min(costs, key=costs.__getitem__)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=14)
    parser.add_argument("--passes", type=int, default=8)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--work", type=Path, required=True, help="keeps finished networks")
    parser.add_argument("--out", type=Path, default=READING / "digits.onnx")
    options = parser.parse_args()
    torch.set_num_threads(1)
    pictures, labels = load_digits(options.digits)
    part = np.arange(len(labels)) % 10
    members = []
    for seed in map(int, options.seeds.split(",")):
        kept = options.work / f"net_{seed}_{options.rounds}_{options.passes}.pt"
        if not kept.exists():
            drawn = make(pictures[part < 7], labels[part < 7], options.rounds, seed)
            torch.save(train(*drawn, options.passes, seed).state_dict(), kept)
        net = network()
        net.load_state_dict(torch.load(kept))
        members.append(net.eval())
    x, y = make(pictures[part == 7], labels[part == 7], 5, 77)
    x = x.float() / 255
    temperature = calibrate(members, x, y)
    ensemble = Ensemble(members, temperature).eval()
    with torch.no_grad():
        mean = ensemble(x).mean(1)
    right = (mean.argmax(1) == y).float()
    plain = torch.tensor(np.array([normalise(p) for p in pictures[part == 7]]))[:, None]
    with torch.no_grad():
        clean = (ensemble(plain).mean(1).argmax(1).numpy() == labels[part == 7]).mean()
    card = {
        "classes": [*map(str, range(10)), "x", "dash", "other"],
        "split": {"train": "n % 10 in 0..6", "calibrate": "n % 10 == 7", "held out": "n % 10 in 8..9"},
        "rounds": options.rounds,
        "passes": options.passes,
        "temperature": round(temperature, 2),
        "calibration_accuracy_clean": round(float(clean), 4),
        "calibration_accuracy_spoiled": round(float(right.mean()), 4),
    }
    torch.onnx.export(
        ensemble, (torch.zeros(2, 1, 28, 28),), str(options.out), input_names=["x"], output_names=["p"],
        dynamic_axes={"x": {0: "n"}, "p": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    options.out.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps(card), options.out.stat().st_size, "bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
