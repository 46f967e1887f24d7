"""The words of the findings: one place for titles, sentences and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from modules.situng.layouts import FormModel, form_model
from modules.situng.rules import (
    ALL_RULES,
    AROUND_RULES,
    CAUTION,
    HINTS,
    KPPS,
    NOT_YET,
    RELATIONS,
    VOTES,
    Relation,
)

TITLES = {
    "F.101": _l("Laki-laki + perempuan tidak sama dengan jumlah"),
    "F.102": _l("Pengguna DPT + DPTb + DPK tidak sama dengan jumlah pengguna"),
    "F.103": _l("Rincian surat suara tidak sama dengan yang diterima"),
    "F.104": _l("Surat suara digunakan tidak sama dengan pengguna hak pilih"),
    "F.105": _l("Suara sah + tidak sah tidak sama dengan jumlah suara"),
    "F.106": _l("Jumlah suara tidak sama dengan yang memilih"),
    "F.107": _l("Jumlah suara peserta tidak sama dengan suara sah"),
    "F.108": _l("Suara partai + calon tidak sama dengan jumlah partai"),
    "F.109": _l("Pengguna DPT melebihi pemilih DPT"),
    "F.110": _l("Pemilih disabilitas melebihi pengguna hak pilih"),
    "F.111": _l("DPT pada formulir berbeda dari DPT TPS"),
    "F.113": _l("Pengguna hak pilih melebihi surat suara diterima"),
    "F.117": _l("Angka dan huruf berbeda"),
    "F.118": _l("Peserta pada formulir tidak sesuai daftar calon tetap"),
    "F.120": _l("QR pada foto menunjuk TPS lain"),
    "W.109": _l("Jumlah DPT tertulis nol padahal ada pemilih; dianggap tidak diketahui"),
    "W.112": _l("Surat suara diterima tidak sama dengan DPT + cadangan"),
    "W.114": _l("DPT melebihi batas pemilih per TPS"),
    "W.115": _l("Data pemilih berbeda antarpemilihan di TPS yang sama"),
    "W.116": _l("Data disabilitas berbeda antarpemilihan di TPS yang sama"),
    "W.118": _l("Suara tertulis untuk calon yang dicoret"),
    "W.119": _l("Angka yang tidak lazim"),
    "W.120": _l("Suara sama persis dengan TPS lain di desa yang sama"),
    "W.121": _l("Angka berbeda dari bacaan mesin"),
}

#: Codes that ask for a photo.
OF_PHOTOS = ("F.120", "W.121")

#: Why a rule cannot be assessed yet.
NOT_YET_BECAUSE = {
    "F.117": _l("butuh isian huruf"),
}

#: Codes that are no finding of a form, because what they forbid is never taken in.
KEPT_OUT = {
    "F.118": _l(
        "dicegah: meja entri hanya memuat surat suara dari DCT, berkas dengan suara calon lain ditolak"
    ),
}

ADVICE = {
    "F": _l("Bandingkan dengan foto C.Hasil. Bila salah salin, ajukan pembetulan dengan alasan dan bukti."),
    "W": _l("Periksa sekali lagi angka ini pada C.Hasil; bila memang demikian, tidak perlu diubah."),
}

#: What to do about a code, where it is not what :data:`ADVICE` says.
ADVICE_OF = {
    "F.111": _l(
        "Bandingkan dengan foto C.Hasil dan DPT TPS ini di Sidalih. Bila salah salin, ajukan pembetulan."
    ),
    "F.120": _l(
        "Kirim foto halaman itu dari formulir TPS ini di meja entri, lalu ajukan pembetulan; angka yang sudah"
        " benar tidak perlu diubah."
    ),
    "W.120": _l("Bandingkan foto kedua TPS; bila tertukar, kirim foto yang benar dan betulkan angkanya."),
}

HINT_SENTENCES = {
    "W.109:dpt_nol": _l("Pemilih dalam DPT tertulis 0, padahal ada pengguna hak pilih."),
    "W.112:cadangan": _l("Surat suara yang diterima tidak sama dengan DPT ditambah cadangan."),
    "W.114:dpt": _l("Pemilih dalam DPT lebih banyak daripada batas satu TPS."),
    "W.118:dicoret": _l(
        "Ada suara untuk calon yang dicoret sesudah DCT; menurut aturan suara itu untuk partainya."
    ),
    "W.119:suara_besar": _l("Jumlah suara lebih besar daripada batas pemilih satu TPS."),
    "W.119:partisipasi_penuh": _l("Semua pemilih dalam DPT tercatat memilih."),
    "W.119:tanpa_tidak_sah": _l("Tidak ada satu pun suara tidak sah."),
    "W.119:satu_peserta": _l("Semua suara sah untuk satu peserta."),
    "W.119:nihil": _l("Tidak ada satu pun suara."),
    "W.119:noken": _l(
        "Semua pemilih memilih, tidak ada suara tidak sah, atau semua suara untuk satu peserta: lazim pada"
        " noken. Cocokkan dengan berita acara kesepakatannya."
    ),
    "F.111:pemilih_dpt": _l("Pemilih dalam DPT tidak sama dengan DPT TPS ini di Sidalih."),
    "F.120:qr": _l("Kode QR yang tercetak pada formulir dalam foto bukan kode TPS ini."),
    "W.115:pemilih": _l("Pemilih atau penggunanya berbeda dari formulir pemilihan lain di TPS ini."),
    "W.116:disabilitas": _l("Pemilih disabilitas berbeda dari formulir pemilihan lain di TPS ini."),
    "W.120:kembar": _l("Setiap angka suaranya sama dengan TPS lain; mungkin formulirnya tertukar."),
    "W.121:bacaan": _l("Sekurangnya satu angka berbeda dari yang dibaca mesin pada foto."),
}


#: A party's sum: as many findings of it as the ballot has parties.
PARTY = "F.108"


@dataclass(frozen=True)
class Finding:
    """A broken rule in a reader's words."""

    key: str
    code: str
    severity: str
    title: str
    sentence: str
    advice: str
    #: The article that it rests on.
    article: str
    cells: tuple[str, ...]


def code_of(key: str) -> str:
    """``F.101`` of ``F.101:pemilih_dpt``."""
    return key.partition(":")[0]


def explain(
    keys: Sequence[str],
    model: FormModel,
    cells: Sequence[int | None],
    votes: Sequence[int | None],
    *,
    numbers: Mapping[str, int | None] | None = None,
) -> list[Finding]:
    """Word the findings of one form with the numbers that were written.

    ``numbers`` names votes and sums of parties, for the words of F.108.
    """
    values: dict[str, int | None] = dict(zip(model.names, cells, strict=True))
    values[VOTES] = sum(v or 0 for v in votes)
    labels = {cell.name: cell.label for cell in model.cells} | {VOTES: _("Jumlah suara peserta")}
    relations = {r.key: r for r in RELATIONS}
    hints = {h.key: h for h in (*HINTS, *AROUND_RULES)}
    found = []
    for key in keys:
        code = code_of(key)
        if code == PARTY:
            found.append(_party(key, numbers or {}))
            continue
        relation = relations.get(key)
        sentence = _compare(relation, values, labels) if relation else str(HINT_SENTENCES[key])
        rule = relation or hints[key]
        title, advice = str(TITLES[code]), _advice(code)
        found.append(Finding(key, code, code[0], title, sentence, advice, rule.article, rule.touches))
    return found


def _advice(code: str) -> str:
    return str(ADVICE_OF.get(code, ADVICE[code[0]]))


def _party(key: str, numbers: Mapping[str, int | None]) -> Finding:
    """F.108 of one party: what its votes and its candidates' come to, and what is written as their sum."""
    number = key.rpartition("_")[2]
    own, total = f"suara_{number}", f"suara_{number}_jumlah"
    parts = tuple(n for n in numbers if n == own or (n.startswith(f"{own}_") and n != total))
    if parts and total in numbers:
        sentence = _(
            "Partai %(number)s: suara partai ditambah suara calon %(sum)s; tertulis jumlah %(written)s.",
            number=number,
            sum=format_decimal(sum(numbers[n] or 0 for n in parts)),
            written=format_decimal(numbers[total] or 0),
        )
    else:
        sentence = _(
            "Partai %(number)s: suara partai ditambah suara calon tidak sama dengan jumlahnya.", number=number
        )
    title, advice = str(TITLES[PARTY]), str(ADVICE["F"])
    return Finding(key, PARTY, "F", title, sentence, advice, KPPS, (*parts, total))


def _compare(relation: Relation, values: dict[str, int | None], labels: dict[str, str]) -> str:
    def side(names: Sequence[str]) -> str:
        return " + ".join(f"{labels[n]} {format_decimal(values[n] or 0)}" for n in names)

    total = f" = {format_decimal(sum(values[n] or 0 for n in relation.left))}"
    left = side(relation.left) + (total if len(relation.left) > 1 else "")
    right = side(relation.right)
    if relation.op == "=":
        return _("%(left)s; seharusnya sama dengan %(right)s.", left=left, right=right)
    return _("%(left)s; tidak boleh lebih dari %(right)s.", left=left, right=right)


def assessed() -> dict[str, str]:
    """The codes that a form can have today, each with its title."""
    never = (*NOT_YET, *KEPT_OUT)
    return {code: f"{code} {title}" for code, title in sorted(TITLES.items()) if code not in never}


@dataclass(frozen=True)
class CatalogueEntry:
    """A code on the page that lists all of them."""

    code: str
    title: str
    article: str
    status: str
    #: The numbers of the form that it concerns, in words.
    concerns: tuple[str, ...]
    #: What to do about it.
    advice: str


def _concerns(code: str) -> tuple[str, ...]:
    """The rows of the newest form that the rules of a code read, each once."""
    rows = {cell.name: cell.label.rpartition(" (")[0] or cell.label for cell in form_model().cells}
    rows[VOTES] = _("Suara peserta")
    named = [name for rule in ALL_RULES if code_of(rule.key) == code for name in rule.touches]
    if code == PARTY:
        return (_("Suara partai"), _("Suara calon"), _("Jumlah partai"))
    return tuple(dict.fromkeys(rows[name] for name in named if name in rows))


def _status(code: str) -> str:
    if code in NOT_YET:
        return _("belum dinilai: %(why)s", why=NOT_YET_BECAUSE[code])
    if code in KEPT_OUT:
        return str(KEPT_OUT[code])
    if code in OF_PHOTOS:
        return _("dinilai bila ada foto C.Hasil")
    if code in {code_of(rule.key) for rule in AROUND_RULES}:
        return _("dinilai dengan data di luar formulir: Sidalih, TPS lain, pemilihan lain")
    return _("dinilai")


def catalogue() -> list[CatalogueEntry]:
    """Every code, those without inputs included, in order."""
    articles: dict[str, str] = {}
    for rule in ALL_RULES:
        articles.setdefault(code_of(rule.key), rule.article)
    articles = {
        code: _("tanda yang tidak lazim, tanpa pasal") if article == CAUTION else article
        for code, article in articles.items()
    }
    entries = [
        CatalogueEntry(
            code,
            str(title),
            articles.get(code, KPPS),
            _status(code),
            _concerns(code),
            _advice(code),
        )
        for code, title in TITLES.items()
    ]
    return sorted(entries, key=lambda e: e.code)
