"""Take what a photo tells about its maker out of it, without touching a pixel.

A JPEG keeps its picture segments, its colour profile and, of its EXIF, the orientation alone; a PNG
keeps the chunks that make the picture. Whatever follows the end of the picture (a second image, a
hidden archive) is dropped. Nothing is compressed anew: evidence keeps the pixels it came with.
"""

from __future__ import annotations

import struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Chunks that decide how a PNG looks (PNG, third edition, section 11).
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs"),
}
#: JPEG markers without a length: TEM, RST0-7.
BARE = {0x01, *range(0xD0, 0xD8)}


class Malformed(ValueError):
    """The file is not what its first bytes promise."""


def clean_jpeg(data: bytes, orientation: int = 1) -> bytes:
    """The JPEG without EXIF, XMP, comments, maker notes and trailing data.

    ``orientation`` (EXIF tag 274, 1-8) is written back if it turns the picture.
    """
    if data[:2] != b"\xff\xd8":
        raise Malformed("no SOI")
    out = bytearray(data[:2])
    if orientation in range(2, 9):
        out += _orientation_segment(orientation)
    at = 2
    while True:
        start, marker = _next_marker(data, at)
        if marker == 0xD9:
            return bytes(out + b"\xff\xd9")
        if marker in BARE:
            out += data[start : start + 2]
            at = start + 2
            continue
        (length,) = struct.unpack(">H", _exactly(data, start + 2, 2))
        segment = _exactly(data, start, 2 + length)
        at = start + 2 + length
        if _jpeg_kept(marker, segment[4:]):
            out += segment
        if marker == 0xDA:
            end = _scan_end(data, at)
            out += data[at:end]
            at = end


def clean_png(data: bytes) -> bytes:
    """The PNG without text, time, EXIF and trailing data."""
    if not data.startswith(PNG_SIGNATURE):
        raise Malformed("no signature")
    out = bytearray(PNG_SIGNATURE)
    at = len(PNG_SIGNATURE)
    while True:
        (length,) = struct.unpack(">I", _exactly(data, at, 4))
        kind = _exactly(data, at + 4, 4)
        chunk = _exactly(data, at, 12 + length)
        if kind in PNG_KEPT:
            out += chunk
        if kind == b"IEND":
            return bytes(out)
        at += 12 + length


def _exactly(data: bytes, at: int, count: int) -> bytes:
    piece = data[at : at + count]
    if len(piece) != count:
        raise Malformed("cut short")
    return piece


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """Where the next marker starts, and which it is; fill bytes (0xFF) before it are skipped."""
    if _exactly(data, at, 1) != b"\xff":
        raise Malformed("no marker")
    while _exactly(data, at + 1, 1) == b"\xff":
        at += 1
    return at, data[at + 1]


def _jpeg_kept(marker: int, body: bytes) -> bool:
    if marker == 0xFE:  # comment
        return False
    if 0xE0 <= marker <= 0xEF:
        return (
            (marker == 0xE0 and body.startswith(b"JFIF\0"))
            or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
            or (marker == 0xEE and body.startswith(b"Adobe"))
        )
    return True


def _scan_end(data: bytes, at: int) -> int:
    """Where the compressed data of a scan end: at a marker that is neither stuffing nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Malformed("cut short")
        if data[at + 1] == 0x00 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _orientation_segment(orientation: int) -> bytes:
    """An EXIF segment with one tag."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 274, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
