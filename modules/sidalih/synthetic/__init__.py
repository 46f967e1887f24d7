"""Voters that do not exist: households, names and numbers from a seed, for tests, demos and measurements.

``people`` streams voters of given villages, ``spoil`` puts the errors of real files among them and
``seeded`` adds doubles, twins and namesakes; both tell the truth about what they did. ``write_csv`` writes
the voter file of the design. Name parts are drawn by the frequencies of ``data/name_parts.csv.xz``.

No number here belongs to anybody: the serial of every NIK is 7001 or higher, where the registry counts the
births of one day in one kecamatan upwards from 0001 and stays below a few hundred.
"""

from __future__ import annotations

from modules.sidalih.synthetic.doubles import KINDS, Pair, Seeded, seeded
from modules.sidalih.synthetic.faults import SHARES, Fault, spoil
from modules.sidalih.synthetic.files import write_csv
from modules.sidalih.synthetic.people import COLUMNS, Voter, people

__all__ = [
    "COLUMNS",
    "KINDS",
    "SHARES",
    "Fault",
    "Pair",
    "Seeded",
    "Voter",
    "people",
    "seeded",
    "spoil",
    "write_csv",
]
