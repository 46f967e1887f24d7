"""Tables of JDIH: the register of law, letters, the archive."""

from modules.jdih.models.register import LawDocument, LawFile, LawKind, LawRelation, LawVersion

__all__ = ["LawDocument", "LawFile", "LawKind", "LawRelation", "LawVersion"]
