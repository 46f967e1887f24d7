"""Berkas pada jalur Sirekap 2024: angka yang tertulis, dan yang seharusnya menurut catatan."""

from __future__ import annotations

from facts import LISTS, WRITTEN, Claims, Contest, Values, by_party, column, only_votes, party, some

#: Nama pemilihan pada jalurnya.
KINDS = {"ppwp": "ppwp", "pdpr": "dpr", "pdpd": "dpd", "pdprdp": "dprd_prov", "pdprdk": "dprd_kabko"}
#: Kunci Sirekap di antara suara.
META = {"null", "persen", "psu", "status_progress", "jml_suara_total", "jml_suara_partai"}


def by_column(row: Values, contest: Contest) -> Values:
    """Suara menurut kolom formulir: partai ditulis dengan nomor urut, orang dan pasangan dengan nomor id."""
    votes = {key: v for key, v in row.items() if key not in META}
    if contest.kind in LISTS:
        return {column(number): v for number, v in votes.items()}
    return {contest.columns.get(key, key): v for key, v in votes.items()}


def by_name(parties: dict, names: dict, contest: Contest) -> Values:
    """Suara setiap partai dan setiap calonnya menurut kolom formulir."""
    own = {column(number): row["jml_suara_partai"] for number, row in parties.items()}
    rows = [(key, v) for row in names.values() for key, v in row.items() if key not in META]
    return own | {contest.columns.get(key, key): v for key, v in rows}


def chart(data: dict, contest: Contest, total: tuple[list[int], Values]) -> Claims:
    """Angka di atas sebuah berkas: formulir yang dihitung, dan suara."""
    (_received, counted, *_others), values = total
    found = None if data["chart"] is None else some(by_column(data["chart"], contest))
    yield "formulir dihitung", data["progres"]["progres"], counted
    yield "suara:", found, some(by_party(only_votes(values))) if counted else None


def row(key: str, data: dict, contest: Contest, counted: int, values: Values) -> tuple[str, object, object]:
    return (
        f"suara {key}:",
        some(by_column(data, contest)),
        some(by_party(only_votes(values))) if counted else {},
    )


def region(data: dict, contest: Contest, code: str) -> Claims:
    yield from chart(data, contest, contest.at(code))
    for key, each in data["table"].items():
        if len(key) == 13:
            counted = contest.forms.get(key, [None])[0] is not None
            yield row(
                key, each, contest, counted, (contest.form(key, counted=True) if counted else None) or {}
            )
        else:
            counters, values = contest.at(key)
            yield row(key, each, contest, counters[1], values)


def of_dapil(data: dict, contest: Contest, code: str) -> Claims:
    """Satu dapil dengan calon-calonnya, atau (0) seluruh negeri menurut dapil."""
    total = contest.at("") if code == "0" else contest.at(*contest.areas(code))
    yield from chart(data, contest, total)
    found = data["table"] or {}
    if code == "0":
        for key, each in found.items():
            counters, values = contest.at(*contest.areas(key))
            yield row(key, each, contest, counters[1], values)
    else:
        yield "suara partai dan calon:", some(by_name(found, found, contest)), some(only_votes(total[1]))
        sums = {column(number): each["jml_suara_total"] for number, each in found.items()}
        yield "jumlah suara partai:", some(sums), some(by_party(only_votes(total[1])))


def station(data: dict, contest: Contest, tps: str) -> Claims:
    """Satu TPS: formulir yang dihitung, atau yang terbaru seperti tertulis."""
    want = only_votes(contest.form(tps, counted=True) or {})
    votes, found = want if any(v is not None for v in want.values()) else None, data["chart"]
    if contest.kind not in LISTS or found is None or votes is None:
        yield "suara:", found and by_column(found, contest), votes
        return
    yield "suara:", by_name(found, data["caleg"], contest), votes
    form = contest.form(tps, counted=True) or {}
    for number, each in found.items():
        own = [v for c, v in votes.items() if party(c) == column(number)]
        total = form.get(f"{column(number)}{WRITTEN}")
        total = total if total is not None else None if None in own else sum(own)
        yield f"jumlah suara partai {number}", each["jml_suara_total"], total
