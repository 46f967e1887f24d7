"""What a machine reads on a photo is kept as a suggestion, beside the photo and nowhere else."""

from __future__ import annotations

import io

from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.documents import open_file, store_file
from electsys.ledger import Actor
from modules.situng import machine
from modules.situng.models import FormPhoto, MachineReading
from modules.situng.queries.contests import contest_count

#: The named job that reads.
READER = Actor.system("pembaca")


def read_photo(province: str, photo_id: int) -> bool:
    """Read a photo, once; False where it is gone, was read before, or says nothing to a machine."""
    photo = db.session.get(FormPhoto, (province, photo_id))
    if photo is None or db.session.get(MachineReading, (province, photo_id)) is not None:
        return False
    with open_file(photo.file) as file:
        found = machine.read(file.read(), contest_count(photo.contest_id, photo.tps_code), photo.tps_code)
    picture = None
    if found.picture is not None:
        name = f"{photo.tps_code}-{photo.page}.jpg"
        straight = io.BytesIO(found.picture)
        picture = store_file(straight, name=name, kind="c_hasil", actor=READER, origin="sistem").id
    db.session.execute(
        insert(MachineReading)
        .values(
            province=province,
            photo_id=photo_id,
            reader=machine.READER,
            picture_id=picture,
            hints=found.hints,
            cells=found.cells,
            unsure=found.unsure,
        )
        .on_conflict_do_nothing()
    )
    return bool(found.cells)
