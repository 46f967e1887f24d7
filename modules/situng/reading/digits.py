"""The digit model: small networks in one ONNX file, run by OpenCV; what they are worth stands in digits.json.

Where handwriting stands alone a sign is shown several times, each time a little otherwise (turned, blurred,
another threshold). The confidence is the mean probability times the share of the votes that agree.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from modules.situng.reading.ink import SIDE, Picture, normalise

CLASSES = (*"0123456789", "x", "dash", "other")
MODEL = Path(__file__).with_name("digits.onnx")

_local = threading.local()


@dataclass(frozen=True)
class Guess:
    """What a box holds: a class name and how sure, 0 to 1; ``second`` is the runner-up digit."""

    sign: str
    confidence: float
    second: str = ""
    #: The mean probability of each class, in the order of CLASSES.
    chances: tuple[float, ...] = ()

    @property
    def digit(self) -> int | None:
        """The digit, or None for every other sign."""
        return int(self.sign) if self.sign.isdigit() else None

    def chance(self, sign: str) -> float:
        """The mean probability of one class."""
        return self.chances[CLASSES.index(sign)] if self.chances else 0.0


NOTHING = Guess("blank", 1.0)
UNCLEAR = Guess("other", 0.0)


def _net() -> cv2.dnn.Net:
    """One network a thread: OpenCV's keeps its state inside."""
    net = getattr(_local, "net", None)
    if net is None:
        net = _local.net = cv2.dnn.readNetFromONNX(str(MODEL))
    return net


def probabilities(pictures: Sequence[Picture]) -> Picture:
    """Probabilities (n, 3, 13) of pictures made by ``normalise``."""
    if not len(pictures):
        return np.zeros((0, 3, len(CLASSES)), np.float32)
    net = _net()
    net.setInput(np.asarray(pictures, np.float32).reshape(-1, 1, SIDE, SIDE))
    return np.asarray(net.forward()).reshape(len(pictures), -1, len(CLASSES))


def showings(ink: Picture, many: bool) -> list[Picture]:
    """The sign as it is and, with ``many``, turned both ways, thinner, and at other thresholds."""
    out = [normalise(ink)]
    if many:
        height, width = ink.shape
        for turn in (-7, 7):
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
            out.append(normalise(cv2.warpAffine(ink, matrix, (width, height))))
        out.append(normalise(np.where(ink >= 120, 255, 0).astype(np.uint8)))
        out.append(normalise(cv2.GaussianBlur(ink, (0, 0), 1.0)))
        out.append(normalise(cv2.dilate(ink, np.ones((2, 2), np.uint8))))
    return out


def classify(inks: Sequence[Picture], *, many: bool = False) -> list[Guess]:
    """One guess a picture of ink (0 bare, 255 black)."""
    shown = [showings(ink, many) for ink in inks]
    flat = probabilities([picture for pictures in shown for picture in pictures])
    guesses, at = [], 0
    for pictures in shown:
        votes = flat[at : at + len(pictures)].reshape(-1, len(CLASSES))
        at += len(pictures)
        mean = votes.mean(axis=0)
        order = np.argsort(mean)[::-1]
        best = int(order[0])
        sure = float(mean[best]) * float((votes.argmax(axis=1) == best).mean())
        second = next(CLASSES[int(i)] for i in order if int(i) < 10 and int(i) != best)
        guesses.append(Guess(CLASSES[best], sure, second, tuple(float(v) for v in mean)))
    return guesses
