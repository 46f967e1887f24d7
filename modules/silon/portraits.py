"""Portraits: the small picture that the public sees, made once from what a candidate uploaded.

The photo itself may lie sealed and be of any size; what is made here has one shape and no past: it is drawn
anew, so that nothing a file could carry goes on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select

from electsys.db import db
from electsys.documents import kinds, open_file, store_file
from electsys.documents.models import StoredFile
from electsys.errors import Refused
from electsys.ledger import Actor
from modules.silon.models import CandidatePortrait

#: Purpose of the pictures. Whatever has it is public.
PURPOSE = "silon_portrait"
#: 3 x 4, as a passport photo; in pixels.
SIZE = (240, 320)
QUALITY = 80
#: Where the middle of a face is in a passport photo, from the left and from the top.
CENTRE = (0.5, 0.35)


def declare() -> None:
    """Tell the room of documents what is kept."""
    kinds.declare(
        PURPOSE,
        label=_l("Foto calon pada daftar calon"),
        media=(kinds.JPEG,),
        max_bytes=kinds.MB,
        max_pixels=SIZE[0] * SIZE[1],
    )


def portraits_of(
    sources: Iterable[int], *, actor: Actor, progress: Callable[[int, int], None] = lambda done, total: None
) -> Mapping[int, StoredFile]:
    """The portrait of each photo (id of the stored file), made where there is none yet.

    A photo that cannot be read any more has none: a list must not wait for it.
    """
    wanted = sorted(set(sources))
    made = db.session.execute(
        select(CandidatePortrait.source_id, StoredFile)
        .join(StoredFile, StoredFile.id == CandidatePortrait.file_id)
        .where(CandidatePortrait.source_id.in_(wanted))
    )
    found: dict[int, StoredFile] = {row[0]: row[1] for row in made}
    missing = [source for source in wanted if source not in found]
    files = {row.id: row for row in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(missing)))}
    for done, source in enumerate(missing, 1):
        drawn = draw(files[source])
        if drawn is not None:
            stored = store_file(
                io.BytesIO(drawn), name="foto.jpg", kind=PURPOSE, actor=actor, origin="sistem"
            )
            db.session.add(CandidatePortrait(source_id=source, file_id=stored.id))
            found[source] = stored
        progress(done, len(missing))
    db.session.flush()
    return found


def draw(stored: StoredFile) -> bytes | None:
    """A photo as a portrait (JPEG), None where it is no picture or is gone."""
    if stored.media_type not in (kinds.JPEG, kinds.PNG):
        return None
    try:
        with open_file(stored) as content, Image.open(content) as picture:
            picture.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            turned = ImageOps.exif_transpose(picture).convert("RGB")
            made = ImageOps.fit(turned, SIZE, Image.Resampling.LANCZOS, centering=CENTRE)
    except (UnidentifiedImageError, OSError, Refused):
        return None
    out = io.BytesIO()
    made.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
