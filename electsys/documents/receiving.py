"""How a request's files are received: whatever a form brings, nothing of it lies in clear on a disk.

The parser of forms cannot know yet what a file is for, so every file beyond half a megabyte that comes
inside a form is spooled sealed. Files in pieces (electsys.documents.views.uploads) do not come this way.
"""

from __future__ import annotations

from typing import IO, cast

from flask import Request

from electsys.documents.sealing import SealedSpool

#: A file up to this size stays in memory, as werkzeug has it.
IN_MEMORY = 500 * 1024


class SealedRequest(Request):
    """A request whose files are spooled sealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast(IO[bytes], SealedSpool(IN_MEMORY))
