"""Tables of JDIH: the register of law, letters, the archive."""

from modules.jdih.models.archive import ArchiveClass
from modules.jdih.models.incoming import Disposition, Incoming, IncomingFile
from modules.jdih.models.letters import (
    BackDate,
    Letter,
    LetterFile,
    LetterKind,
    LetterRecipient,
    LetterStep,
)
from modules.jdih.models.register import LawDocument, LawFile, LawKind, LawRelation, LawVersion

__all__ = [
    "ArchiveClass",
    "BackDate",
    "Disposition",
    "Incoming",
    "IncomingFile",
    "LawDocument",
    "LawFile",
    "LawKind",
    "LawRelation",
    "LawVersion",
    "Letter",
    "LetterFile",
    "LetterKind",
    "LetterRecipient",
    "LetterStep",
]
