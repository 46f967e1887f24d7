"""What a password must be: long enough, and not guessable from what is known of its holder."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_security import PasswordUtil
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 128
#: Of zxcvbn's 0 to 4: at least 10^8 guesses.
SCORE = 3
#: zxcvbn reads no more than this.
_READS = 72


class HousePassword(PasswordUtil):
    """NIST SP 800-63B: length and guessability, no rules about signs, no expiry."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """What is wrong with a password (None if nothing), and the password as it is kept."""
        password = self.normalize(password)
        return problems(password, kwargs.get("user")) or None, password


def problems(password: str, account: Any = None) -> list[str]:
    """What is wrong with a password for this account, in words."""
    if len(password) < SHORTEST:
        return [
            _("Kata sandi paling sedikit %(n)d huruf. Rangkaian beberapa kata mudah diingat.", n=SHORTEST)
        ]
    if len(password) > LONGEST:
        return [_("Kata sandi paling banyak %(n)d huruf.", n=LONGEST)]
    known = ["electsys", "kpu", "pemilu", "bawaslu", "indonesia"]
    if account is not None:
        known += [account.username, account.email, *account.name.split()]
    if zxcvbn(password[:_READS], user_inputs=known)["score"] < SCORE:
        return [_("Kata sandi ini mudah ditebak. Rangkai beberapa kata yang tidak berhubungan, tanpa nama.")]
    return []
