"""Regions, polling stations and electoral districts.

A code is KPU's: province 2 digits, kab/kota 4, kecamatan 6, desa/kelurahan 10, TPS 13; a prefix is an
ancestor. Codes compare bytewise (collation "C"), so that a prefix search uses the B-tree. A dapil code
only looks like one, hence :class:`Dapil` has a key of its own.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from electsys.db import Base
from electsys.regions.rules import title_of

#: Region and TPS codes.
Code = Text(collation="C")


class RegionMap(Base):
    """One version of the map. An election sees the map of its time, whatever is split later."""

    __tablename__ = "region_map"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    #: Last day; null while the map is in force.
    valid_to: Mapped[dt.date | None] = mapped_column(Date)

    __table_args__ = (CheckConstraint("valid_to >= valid_from", name="validity"),)


class Region(Base):
    """A province, kab/kota, kecamatan or desa/kelurahan on one map."""

    __tablename__ = "region"

    map_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("region_map.id"), primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    #: 1 province, 2 kab/kota, 3 kecamatan, 4 desa/kelurahan.
    level: Mapped[int] = mapped_column(SmallInteger)
    #: "" for a province: its parent is the nation.
    parent_code: Mapped[str] = mapped_column(Code)
    #: KPU's own number of the region, as its public JSON carries it.
    kpu_id: Mapped[int | None] = mapped_column(Integer)
    population: Mapped[int | None] = mapped_column(Integer)
    #: Where the population comes from and of when, e.g. "DAK2 semester I 2025".
    population_source: Mapped[str | None] = mapped_column(Text)
    #: ``WIB``, ``WITA`` or ``WIT``: the clock of the region's bodies.
    zone: Mapped[str] = mapped_column(Text, default="WIB", server_default="WIB")
    #: What the search reads: own name and abbreviations, normalised, and those of the areas above.
    search: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    path: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))

    @property
    def title(self) -> str:
        """The name fit to be read: KPU's "P A P U A" is "PAPUA"."""
        return title_of(self.name)

    __table_args__ = (
        CheckConstraint(
            "level = case length(code) when 2 then 1 when 4 then 2 when 6 then 3 when 10 then 4 end",
            name="level",
        ),
        CheckConstraint(
            "parent_code = left(code, case level when 1 then 0 when 2 then 2 when 3 then 4 else 6 end)",
            name="parent",
        ),
        CheckConstraint("zone in ('WIB', 'WITA', 'WIT')", name="zone"),
        Index("ix_region_parent", "map_id", "parent_code"),
        Index(
            "ix_region_search",
            "search",
            postgresql_using="gin",
            postgresql_ops={"search": "gin_trgm_ops"},
        ),
    )


class RegionSuccessor(Base):
    """What a region of one map became on another: the split of a province is one row a new part."""

    __tablename__ = "region_successor"

    from_map: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    from_code: Mapped[str] = mapped_column(Code, primary_key=True)
    to_map: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    to_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: The law of the change, e.g. "UU 14/2022".
    source: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        ForeignKeyConstraint(
            ["from_map", "from_code"], ["region.map_id", "region.code"], name="fk_region_successor_from"
        ),
        ForeignKeyConstraint(
            ["to_map", "to_code"], ["region.map_id", "region.code"], name="fk_region_successor_to"
        ),
        CheckConstraint("from_map <> to_map", name="other_map"),
        Index("ix_region_successor_to", "to_map", "to_code"),
    )


class Tps(Base):
    """A place where votes are cast and counted, in one election."""

    __tablename__ = "tps"

    election_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    province: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code)
    #: ``reguler`` (001..), ``khusus`` (901..); overseas ``tpsln``, ``ksk``, ``pos``.
    kind: Mapped[str] = mapped_column(Text)
    #: The number in its name; overseas the code does not tell it.
    number: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(Text)
    kpu_id: Mapped[int | None] = mapped_column(Integer)
    #: Most voters that may be placed here; null means the election's ``maks_pemilih_tps``.
    cap: Mapped[int | None] = mapped_column(SmallInteger)
    address: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="aktif", server_default="aktif")

    __table_args__ = (
        CheckConstraint("length(code) = 13", name="code"),
        CheckConstraint("kind in ('reguler', 'khusus', 'tpsln', 'ksk', 'pos')", name="kind"),
        CheckConstraint("state in ('aktif', 'ditutup')", name="state"),
        Index("ix_tps_village", "election_id", "village_code"),
        {"postgresql_partition_by": "LIST (province)"},
    )


class Dapil(Base):
    """An electoral district of one chamber."""

    __tablename__ = "dapil"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    map_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("region_map.id"))
    chamber: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(Text)
    #: Region of the chamber: "" for DPR, the province or the kab/kota for the others.
    body_code: Mapped[str] = mapped_column(Code)
    seats: Mapped[int | None] = mapped_column(SmallInteger)
    #: ``resmi`` from a decision; ``dihitung`` by the rule from the population at hand.
    seats_source: Mapped[str | None] = mapped_column(Text)
    population: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("chamber in ('dpr', 'dpd', 'dprd_prov', 'dprd_kabko')", name="chamber"),
        CheckConstraint("seats > 0", name="seats"),
        CheckConstraint("seats_source in ('resmi', 'dihitung')", name="seats_source"),
        CheckConstraint("(seats is null) = (seats_source is null)", name="seats_known"),
        UniqueConstraint("map_id", "code", name="uq_dapil_code"),
        Index("ix_dapil_body", "map_id", "chamber", "body_code"),
    )


class DapilArea(Base):
    """The areas of a dapil as its decision names them: kab/kota, kecamatan, or desa of a split one."""

    __tablename__ = "dapil_area"

    dapil_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("dapil.id", ondelete="CASCADE"), primary_key=True
    )
    region_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: The code as printed in the source, where it differs from the region table's.
    printed_code: Mapped[str | None] = mapped_column(Code)


class DapilVillage(Base):
    """Village -> dapil, expanded once from :class:`DapilArea`; a village has one dapil a chamber."""

    __tablename__ = "dapil_village"

    village_code: Mapped[str] = mapped_column(Code, primary_key=True)
    dapil_id: Mapped[int] = mapped_column(Integer, primary_key=True)

    __table_args__ = (Index("ix_dapil_village_dapil", "dapil_id", "village_code"),)


class RegionGap(Base):
    """A fact about a map that is known to be missing or odd, shown wherever it matters."""

    __tablename__ = "region_gap"

    map_id: Mapped[int] = mapped_column(SmallInteger, ForeignKey("region_map.id"), primary_key=True)
    #: ``kode_dapil``: an area of a dapil that no region answers to; ``tanpa_dapil``: a village that no
    #: dapil of a chamber (the detail) names.
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Code, primary_key=True)
    detail: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
