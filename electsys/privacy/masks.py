"""How numbers and names of persons are shown: pure functions."""

from __future__ import annotations


def mask_nik(nik: str | None) -> str:
    """``1201**********01``: region of first registration and the last two digits (domain.md 5.8).

    Anything that is not 16 characters long is masked whole: a wrong number may still be someone's.
    """
    if not nik:
        return ""
    return f"{nik[:4]}{'*' * 10}{nik[-2:]}" if len(nik) == 16 else "*" * len(nik)


def mask_nkk(nkk: str | None) -> str:
    """The full mask: a family card number leads to every member of a household (domain.md 5.8)."""
    return "*" * len(nkk) if nkk else ""


def mask_name(name: str | None) -> str:
    """A name for public checks: ``Siti Rahmawati`` -> ``S*** R********``.

    The owner recognises it; a stranger who guesses numbers learns no name.
    """
    return " ".join(word[0] + "*" * (len(word) - 1) for word in (name or "").split())
