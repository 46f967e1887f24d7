"""The demo's publication: what its region counted lies at the paths of Sirekap when the site opens."""

from __future__ import annotations

from electsys.demo import ELECTION, Demo, step
from electsys.errors import Refused
from electsys.web.formats import angka
from modules.sirekap.publication.publishing import destination, publish_election


@step("sirekap-publication")
def demo_publication(demo: Demo) -> None:
    """Publish the region of the demo and those around it; the worker keeps it fresh.

    A whole nation takes long: that is left to the worker.
    """
    found = destination()
    if found is None or found[0] != ELECTION or not demo.prefix:
        return
    try:
        done = publish_election(*found, region=demo.prefix, actor=demo.actor)
    except Refused as refusal:  # such as a folder that holds the log of a demo before
        demo.say(f"Hasil tidak diterbitkan di {found[1]}: {refusal.message}")
        return
    demo.say(f"{angka(done.files)} berkas terbitan, {angka(done.written)} baru ditulis.")
