"""A counted contest as files: pages, JSON and CSV twins, and the paths of Sirekap 2024."""

from __future__ import annotations

from collections import defaultdict

from electsys.ledger.log_queries import Place, places_below
from modules.sirekap import shapes
from modules.sirekap.publication.changes import Changes
from modules.sirekap.publication.site import Site, way
from modules.situng import (
    AreaPage,
    ContestCount,
    TpsForm,
    area_csv,
    area_json,
    dapil_codes,
    dapil_page,
    form_json,
    forms_csv,
    region_page,
    village_forms,
)

#: Names of the contests in Sirekap's paths.
SIREKAP = {"ppwp": "ppwp", "dpr": "pdpr", "dpd": "pdpd", "dprd_prov": "pdprdp", "dprd_kabko": "pdprdk"}


def write_count(site: Site, count: ContestCount, changes: Changes) -> None:
    """Write every area of a contest that changed, villages first and the nation last."""
    for district in changes.above(6, count):
        _write_district(site, count, district, changes)
    for length in (4, 2, 0):
        for code in changes.above(length, count):
            page = region_page(count, code)
            if page is not None:
                _write_area(site, count, page)
    for code in dapil_codes(count) if changes.everything or changes.stations else ():
        page = dapil_page(count, code)
        if page is not None:
            site.shelf.put_json(f"data/{count.kind}/dapil/{code}.json", area_json(page))
            site.shelf.put(f"data/{count.kind}/dapil/{code}.csv", area_csv(page).encode())


def _write_district(site: Site, count: ContestCount, district: str, changes: Changes) -> None:
    page = region_page(count, district)
    if page is None:
        return
    _write_area(site, count, page)
    forms: dict[str, list[TpsForm]] = defaultdict(list)
    for form in village_forms(count, district):
        forms[form.code[:10]].append(form)
    prefix = f"C.Hasil:{count.kind}:"
    places = {
        subject.removeprefix(prefix): place
        for subject, place in places_below(count.election_id, prefix + district).items()
    }
    for part in page.parts:
        if changes.touches(part.code):
            village = AreaPage(count, part, (*page.path, (page.area.code, page.area.name)))
            _write_village(site, count, village, forms[part.code], places, changes)


def _write_area(site: Site, count: ContestCount, page: AreaPage) -> None:
    """A region above the village."""
    base = way(page.area.code)
    site.shelf.put_json(f"data/{count.kind}/{base}.json", area_json(page))
    site.shelf.put(f"data/{count.kind}/{base}.csv", area_csv(page).encode())
    site.page(f"hitung/{count.kind}/{base}.html", "area", page=page)
    if code := SIREKAP.get(count.kind):
        where = f"/{base}" if page.area.code else ""
        site.shelf.put_json(f"pemilu/hhcw/{code}{where}.json", shapes.aggregate(page))
        rows = [(part.name, part.kpu_id, part.code, part.level) for part in page.parts]
        site.shelf.put_json(
            f"wilayah/pemilu/{code}/{base if page.area.code else '0'}.json", shapes.regions(rows)
        )


def _write_village(
    site: Site,
    count: ContestCount,
    page: AreaPage,
    forms: list[TpsForm],
    places: dict[str, Place],
    changes: Changes,
) -> None:
    """A village with its TPS: each an anchor of the page, and a file of Sirekap's alone."""
    base = way(page.area.code)
    data = area_json(page)
    data["rincian"] = [_form(count, form, places.get(form.code)) for form in forms]
    site.shelf.put_json(f"data/{count.kind}/{base}.json", data)
    site.shelf.put(f"data/{count.kind}/{base}.csv", forms_csv(count, forms).encode())
    site.page(f"hitung/{count.kind}/{base}.html", "village", page=page, forms=forms, places=places)
    code = SIREKAP.get(count.kind)
    if code is None:
        return
    site.shelf.put_json(f"pemilu/hhcw/{code}/{base}.json", shapes.village(page, forms))
    rows = [(form.name, form.kpu_id, form.code, 5) for form in forms]
    site.shelf.put_json(f"wilayah/pemilu/{code}/{base}.json", shapes.regions(rows))
    for form in forms:
        if changes.touches(form.code):
            site.shelf.put_json(f"pemilu/hhcw/{code}/{base}/{form.code}.json", shapes.station(count, form))


def _form(count: ContestCount, form: TpsForm, place: Place | None) -> dict[str, object]:
    """A form as data, with its place in the log."""
    data = form_json(count, form, [form.shown] if form.shown else [])
    data["catatan"] = place.index if place else None
    data["sidik"] = place.hash.hex() if place else None
    return data
