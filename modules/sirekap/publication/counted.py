"""A counted contest as files: pages, JSON and CSV twins, and the paths of Sirekap 2024."""

from __future__ import annotations

from collections import defaultdict

from electsys.ledger.log_queries import Place, places_below
from modules.sirekap import shapes
from modules.sirekap.publication import nist
from modules.sirekap.publication.ballots import Ballots, held
from modules.sirekap.publication.changes import Changes
from modules.sirekap.publication.site import Site, way
from modules.situng import (
    AreaPage,
    ContestCount,
    PublicPhoto,
    TpsForm,
    area_csv,
    area_json,
    dapil_areas,
    dapil_page,
    form_json,
    forms_csv,
    photos_beside,
    public_photos,
    village_forms,
)


def write_count(site: Site, ballots: Ballots, changes: Changes) -> None:
    """Write every area of a contest that changed, villages first, the nation and the dapil last."""
    count = ballots.common
    for district in changes.above(6, count):
        _write_district(site, ballots, district, changes)
    for length in (4, 2, 0):
        for code in changes.above(length, count):
            page = ballots.page(code)
            if page is not None:
                _write_area(site, page)
    for code in changes.dapil(count):
        page = dapil_page(count, code)
        if page is not None:
            _write_dapil(site, held(page))


def _write_district(site: Site, ballots: Ballots, district: str, changes: Changes) -> None:
    page = ballots.page(district)
    if page is None:
        return
    count = ballots.common
    _write_area(site, page)
    forms: dict[str, list[TpsForm]] = defaultdict(list)
    for form in village_forms(count, district):
        forms[form.code[:10]].append(form)
    prefix = f"C.Hasil:{count.kind}:"
    places = {
        subject.removeprefix(prefix): place
        for subject, place in places_below(count.election_id, prefix + district).items()
    }
    photos = public_photos(count, district)
    for part in page.parts:
        if not changes.touches(part.code):
            continue
        here = (*page.path, (page.area.code, page.area.name))
        village: AreaPage | None = AreaPage(page.count, part, here)
        if count.by_dapil and part.dapil_id != page.area.dapil_id:  # a kecamatan that dapil split
            village = ballots.page(part.code)
        if village is not None:
            _write_village(site, village, forms[part.code], places, photos, changes)


def _write_area(site: Site, page: AreaPage) -> None:
    """A region above the village."""
    kind, code, base = page.count.kind, page.area.code, way(page.area.code)
    _write_twins(site, page, base)
    site.page(f"hitung/{kind}/{base}.html", "area", page=page, dapil=site.dapil.get((kind, code), ()))
    name = shapes.SIREKAP.get(kind)
    if name and len(code) >= shapes.TOP[kind]:
        site.shelf.put_json(f"pemilu/hhcw/{name}{f'/{base}' if code else ''}.json", shapes.aggregate(page))
    if kind == "ppwp":
        rows = [(part.name, part.kpu_id, part.code, part.level) for part in page.parts]
        site.shelf.put_json(f"wilayah/pemilu/ppwp/{base if code else '0'}.json", shapes.regions(rows))
    if kind == "dpr" and not code:
        nation = shapes.dapil_of_nation(page, dapil_areas(page.count))
        site.shelf.put_json(f"pemilu/hhcd/{name}/0.json", nation)


def _write_twins(site: Site, page: AreaPage, base: str) -> None:
    site.shelf.put_json(f"data/{page.count.kind}/{base}.json", area_json(page))
    site.shelf.put(f"data/{page.count.kind}/{base}.csv", area_csv(page).encode())


def _write_village(
    site: Site,
    page: AreaPage,
    forms: list[TpsForm],
    places: dict[str, Place],
    photos: dict[str, list[PublicPhoto]],
    changes: Changes,
) -> None:
    """A village with its TPS: each an anchor of the page, and a file of Sirekap's alone."""
    count, base = page.count, way(page.area.code)
    data = area_json(page)
    shown = {form.code: photos_beside(form.shown, photos.get(form.code, [])) for form in forms}
    data["rincian"] = [_form(count, form, places.get(form.code), shown[form.code]) for form in forms]
    site.shelf.put_json(f"data/{count.kind}/{base}.json", data)
    site.shelf.put(f"data/{count.kind}/{base}.csv", forms_csv(count, forms).encode())
    site.page(
        f"hitung/{count.kind}/{base}.html", "village", page=page, forms=forms, places=places, photos=shown
    )
    name = shapes.SIREKAP.get(count.kind)
    if name is None:
        return
    site.shelf.put_json(f"pemilu/hhcw/{name}/{base}.json", shapes.village(page, forms))
    if count.kind == "ppwp":
        rows = [(form.name, form.kpu_id, form.code, 5) for form in forms]
        site.shelf.put_json(f"wilayah/pemilu/ppwp/{base}.json", shapes.regions(rows))
    for form in forms:
        if changes.touches(form.code):
            station = shapes.station(count, form, photos.get(form.code, ()))
            site.shelf.put_json(f"pemilu/hhcw/{name}/{base}/{form.code}.json", station)


def _form(
    count: ContestCount, form: TpsForm, place: Place | None, photos: list[PublicPhoto]
) -> dict[str, object]:
    """A form as data, with its place in the log and the photos beside its numbers."""
    data = form_json(count, form, [form.shown] if form.shown else [])
    data["catatan"] = place.index if place else None
    data["sidik"] = place.hash.hex() if place else None
    data["foto"] = [
        {"halaman": photo.page, "sha256": photo.sha256, "alamat": photo.address} for photo in photos
    ]
    return data


def _write_dapil(site: Site, page: AreaPage) -> None:
    """A dapil of the contest's own chamber, with the areas that make it up."""
    kind, code = page.count.kind, page.area.code
    _write_twins(site, page, f"dapil/{code}")
    site.shelf.put_json(f"data/{kind}/dapil/{code}.nist.json", nist.of_dapil(site.taken, page))
    site.page(f"hitung/{kind}/dapil/{code}.html", "area", page=page, dapil=())
    if kind in shapes.LISTS:
        body = page.path[-1][0]
        base = f"/{way(body)}" if body else ""
        site.shelf.put_json(f"pemilu/hhcd/{shapes.SIREKAP[kind]}{base}/{code}.json", shapes.dapil(page))
