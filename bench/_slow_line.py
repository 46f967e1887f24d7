"""A bad line between a phone and a server: narrow, far, lossy, and cut again and again. A TCP proxy.

One segment after the other goes over the line, at its rate; a lost one takes the line once more and holds up
those behind it for a round trip, as TCP's fast retransmit does. A new connection costs two round trips (TCP
and TLS). A cut loses what is under way: the phone's end is reset; the server's end is reset too, or learns
nothing for some seconds, in turn.
"""

from __future__ import annotations

import queue
import random
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

SEGMENT = 1400
#: How long a server does not know of a silent cut, and how long nobody gets through after any.
UNAWARE, DOWN = 5.0, 0.5


@dataclass
class Quality:
    """What the line is like: bit/s, seconds there and back, share of segments that are lost."""

    rate: float = 50_000
    round_trip: float = 0.6
    loss: float = 0.1


@dataclass
class Direction:
    """One way of the line, shared by all connections."""

    free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    passed: int = 0


class SlowLine:
    """Listens on a port of its own; ``quality`` None is a perfect line."""

    def __init__(self, upstream: int, seed: int = 7) -> None:
        self.upstream, self.rng = upstream, random.Random(seed)
        self.quality: Quality | None = None
        self.up, self.down = Direction(), Direction()
        self.cuts = 0
        self.closed_until = 0.0
        self.pairs: list[tuple[socket.socket, socket.socket, threading.Event]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection that there is."""
        self.cuts += 1
        self.closed_until = time.monotonic() + DOWN
        pairs, self.pairs = self.pairs, []
        silent = self.cuts % 2 == 0
        for phone, server, gone in pairs:
            gone.set()
            _reset(phone)
            if silent:
                threading.Timer(UNAWARE, _reset, (server,)).start()
            else:
                _reset(server)

    def close(self) -> None:
        """Listen no more."""
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _address = self.listener.accept()
            except OSError:
                return
            if time.monotonic() < self.closed_until:
                _reset(phone)
                continue
            server = socket.create_connection(("127.0.0.1", self.upstream))
            gone = threading.Event()
            self.pairs.append((phone, server, gone))
            ready = time.monotonic() + (2 * self.quality.round_trip if self.quality else 0)
            for source, target, way in ((phone, server, self.up), (server, phone, self.down)):
                ends = (source, target, way, ready, gone)
                threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(
        self,
        source: socket.socket,
        target: socket.socket,
        way: Direction,
        last: float,
        gone: threading.Event,
    ) -> None:
        """Take what comes in; it arrives in order, each segment in its own time."""
        under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=_arrive, args=(target, under_way, gone), daemon=True).start()
        with suppress(OSError):
            while segment := source.recv(SEGMENT):
                last = max(last, self._over(way, len(segment)))
                under_way.put((last, segment))
        under_way.put((last, b""))

    def _over(self, way: Direction, size: int) -> float:
        """When a segment has arrived."""
        quality = self.quality
        now = time.monotonic()
        if quality is None:
            return now
        with way.lock:
            way.passed += size
            begin, late = max(now, way.free_at), 0.0
            takes = size * 8 / quality.rate
            while self.rng.random() < quality.loss:
                takes += size * 8 / quality.rate
                late += quality.round_trip
            way.free_at = begin + takes
            return way.free_at + quality.round_trip / 2 + late


def _arrive(
    target: socket.socket, under_way: queue.SimpleQueue[tuple[float, bytes]], gone: threading.Event
) -> None:
    with suppress(OSError):
        while True:
            moment, segment = under_way.get()
            time.sleep(max(0.0, moment - time.monotonic()))
            if gone.is_set():
                return  # what was under way when the line was cut arrives nowhere
            if not segment:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(segment)


def _reset(end: socket.socket) -> None:
    """Close with a reset where nobody reads, so that what is under way is lost; whoever reads is woken."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
