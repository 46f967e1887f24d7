"""How a device is told no: with a code beside the words, because a program reads the answer."""

from __future__ import annotations

from electsys.errors import Refused

#: Codes at which the phone erases what it holds (``offline/client.js`` knows the same).
REVOKED, OVER = "dicabut", "berakhir"


class DeviceRefused(Refused):
    """A refusal with a ``code`` that the client acts on."""

    def __init__(self, code: str, message: str, *, hint: str | None = None, status: int = 422):
        super().__init__(message, hint=hint, status=status)
        self.code = code


class NotKnown(DeviceRefused):
    """No token, or one that opens nothing."""

    def __init__(self, code: str, message: str, *, hint: str | None = None):
        super().__init__(code, message, hint=hint, status=401)
