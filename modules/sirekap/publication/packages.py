"""``data/datapackage.json`` (Frictionless Data Package): what the data are, with checksums."""

from __future__ import annotations

from typing import Any

from electsys.ledger.log_keys import origin_of
from modules.sirekap.publication.ballots import Ballots
from modules.sirekap.publication.changes import regions
from modules.sirekap.publication.shelf import Shelf
from modules.sirekap.publication.site import way
from modules.sirekap.publication.snapshot import Snapshot
from modules.situng import ContestCount, dapil_codes

LICENCE = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}


def package(shelf: Shelf, taken: Snapshot, contests: list[Ballots]) -> None:
    """Describe the tables of the nation, its provinces and dapil; ``manifest/`` lists every further file.

    The columns of a dapil are its ballot, hence other ones in each: they stand in the head of its table.
    """
    resources: list[dict[str, Any]] = []
    for ballots in contests:
        kind = ballots.common.kind
        own = ballots.common.region
        for code in [own] if own else ["", *regions(ballots.common, 2)]:
            path = f"data/{kind}/{way(code)}.csv"
            if found := shelf.hash_of(path):
                fields = _fields(ballots.at(code))
                resources.append(_table(f"{kind}-{code or 'nasional'}", path, found, fields))
        for code in dapil_codes(ballots.common):
            path = f"data/{kind}/dapil/{code}.csv"
            if found := shelf.hash_of(path):
                resources.append(_table(f"{kind}-dapil-{code}", path, found, None))
    if found := shelf.hash_of("data/koreksi.csv"):
        resources.append(_table("koreksi", "data/koreksi.csv", found, None))
    shelf.put_json(
        "data/datapackage.json",
        {
            "profile": "data-package",
            "name": taken.election.code,
            "title": taken.election.name,
            "homepage": origin_of(taken.election.code),
            "licenses": [LICENCE],
            "resources": resources,
        },
    )


def _table(name: str, path: str, found: str, fields: list[dict[str, str]] | None) -> dict[str, Any]:
    table: dict[str, Any] = {
        "name": name.replace("_", "-"),
        "path": path.removeprefix("data/"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": f"sha256:{found}",
    }
    return table | ({"schema": {"fields": fields, "primaryKey": "kode"}} if fields else {})


def _fields(count: ContestCount) -> list[dict[str, str]]:
    counters = ("tps", "diterima_formulir", "dihitung", "anomali", "belum_lengkap", "belum_diterima")
    numbers = (*counters, *count.columns, *count.model.names)
    return [
        {"name": "kode", "type": "string"},
        {"name": "nama", "type": "string"},
        *({"name": name, "type": "integer"} for name in numbers),
    ]
