"""Words of a search in Indonesian: what carries meaning, and what a reader's query asks for.

PostgreSQL's ``indonesian`` stemmer (snowball) brings word forms together: memilih, pemilihan and dipilih are
``pilih``. Its stop words would have to lie in a file of the server, so they are data here: the same function
drops them from what is indexed and from what is asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Words that stand in nearly every legal text and tell nothing about it.
STOP_WORDS = frozenset(
    """
    ada adalah adapun agar akan antara apa apabila apakah atas atau bagi bahwa bila bukan dalam dan dapat
    dari daripada demi dengan di dia harus hingga ia ialah ini itu itulah jika jo juga kami kan karena ke
    kecuali kepada ketika kita lah lain lainnya maka masing mengenai menjadi merupakan mereka namun nya oleh
    pada para per perlu pula pun saat saja sampai saya se sebagai sebagaimana sebelum secara sehingga sejak
    selama selain seluruh semua serta sesuai sesudah setelah setiap suatu supaya tanpa telah tentang terhadap
    terkait tersebut tetapi tiap untuk yaitu yakni yang
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)

#: Forms on which the stemmer errs, mostly because meN- and peN- swallow the first letter of the root (tetap,
#: menetapkan), and what it then sees instead. Only words that legal titles are full of.
_FAMILIES = {
    "ditetapkan": "penetapan menetapkan",
    "ditunda": "penundaan menunda",
    "diterima": "penerimaan menerima",
    "ditolak": "penolakan menolak",
    "ditata": "penataan menata",
    "dikelola": "pengelolaan mengelola pengelola",
    "ditempatkan": "penempatan menempatkan",
    "ditentukan": "penentuan menentukan",
    "ditugaskan": "penugasan menugaskan",
    "ditandatangani": "penandatanganan menandatangani penandatangan",
    "dimutakhirkan": "pemutakhiran memutakhirkan",
    "sah": "pengesahan mengesahkan disahkan",
    "penelitian": "meneliti diteliti peneliti",
    "pengawas": "mengawasi diawasi",
    "pengurus": "kepengurusan",
    "penyelesaian": "selesai",
}
IRREGULAR = {form: seen for seen, forms in _FAMILIES.items() for form in forms.split()}

#: What a query may be, in characters, and how many of its words are looked for.
LONGEST = 1000
MOST_WORDS = 24
#: A longer run of letters and digits is no word (a hash, base64, a page without blanks).
LONGEST_WORD = 64

_TOKEN = re.compile(r"[^\W_]+")
_ASKED = re.compile(r'(-?)"([^"]*)"|(-?)([^\s"]+)')
_HYPHEN = re.compile(r"[\x02\xad\ufffe]\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, split at everything that is no letter or digit.

    "Undang-Undang 7/2017" is undang, undang, 7, 2017: however it is written, it is found.
    """
    found = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return [word for word in found if len(word) <= LONGEST_WORD]


def meaningful(text: str) -> list[str]:
    """The words of a text that carry meaning, as the stemmer shall see them."""
    return [IRREGULAR.get(word, word) for word in tokens(text) if word not in STOP_WORDS]


def indexable(text: str) -> str:
    """A text as it goes into the index: words that carry meaning, a blank between them."""
    return " ".join(meaningful(text))


def plain(text: str) -> str:
    """A title for comparing letter by letter: lower case, no accents, single blanks."""
    bare = unicodedata.normalize("NFKD", text)
    return " ".join(tokens("".join(c for c in bare if not unicodedata.combining(c))))


def printable(text: str) -> str:
    """A page's text without control characters; a word that was broken at the line's end is whole again."""
    whole = _HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub(" ", whole).strip()


@dataclass(frozen=True)
class Asked:
    """What a reader asks for."""

    #: For ``websearch_to_tsquery``: words, "phrases", -without, or. Empty where nothing is asked.
    query: str
    #: The words looked for, for ranking and marking; what is excluded is not among them.
    words: tuple[str, ...]
    #: Words as they were typed, for mending typing errors: position in ``words`` by position.
    typed: tuple[str, ...]
    #: Whether words beyond :data:`MOST_WORDS` were left out.
    cut: bool = False

    @property
    def any(self) -> str:
        """The query that any of the words fulfils. Both forms of an irregular word can be marked."""
        return " or ".join(dict.fromkeys((*self.words, *self.typed)))


def asked(text: str) -> Asked:
    """Read a query: "quotes" keep words together, ``-`` excludes, ``or`` is either.

    Whatever else is typed, operators of PostgreSQL among it, is only words.
    """
    parts: list[str] = []
    words: list[str] = []
    typed: list[str] = []
    cut = False
    for minus, phrase, minus_word, word in _ASKED.findall(text[:LONGEST]):
        if word.lower() == "or" and not minus_word:
            if parts and parts[-1] != "or":
                parts.append("or")
            continue
        forms = [t for t in tokens(phrase or word) if t not in STOP_WORDS]
        found = [IRREGULAR.get(t, t) for t in forms]
        if not found:
            continue
        if len(words) + len(found) > MOST_WORDS:
            cut = True
            break
        excluded = minus or minus_word
        joined = " ".join(found)
        parts.append(
            f'{excluded}"{joined}"' if phrase or (excluded and len(found) > 1) else excluded + joined
        )
        if not excluded:
            words += found
            typed += forms
    while parts and parts[-1] == "or":
        parts.pop()
    return Asked(" ".join(parts) if words else "", tuple(words), tuple(typed), cut)
