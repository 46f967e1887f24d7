"""What a machine reads on a photo is kept as a suggestion, beside the photo and nowhere else."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from electsys.db import db
from electsys.documents import open_file
from modules.situng.machine import reader
from modules.situng.models import FormPhoto, MachineReading
from modules.situng.queries.contests import contest_count


def read_photo(province: str, photo_id: int) -> bool:
    """Read a photo and keep what was read; False where no reader is installed or nothing can be read."""
    read = reader()
    photo = db.session.get(FormPhoto, (province, photo_id))
    if read is None or photo is None:
        return False
    with open_file(photo.file) as file:
        found = read(file.read(), contest_count(photo.contest_id), photo.page)
    if found is None:
        return False
    db.session.execute(
        insert(MachineReading)
        .values(
            province=province,
            photo_id=photo_id,
            reader=found.reader,
            cells=found.as_json(),
            unsure=found.unsure,
        )
        .on_conflict_do_nothing()
    )
    return True
