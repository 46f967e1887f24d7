"""Publication as periodic work: what counts is out within a minute, with nobody doing anything."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from electsys import jobs
from modules.sirekap.publication.publishing import destination, publish_election


@jobs.every(20, "sirekap.publish", label=_l("Menerbitkan hasil"))
def publish() -> None:
    """Publish to where the settings say; nothing where they say nothing."""
    if (found := destination()) is not None:
        publish_election(*found)
