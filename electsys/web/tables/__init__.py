"""Tables that page, filter, sort, choose columns and download, over a select or a sequence.

::

    table = Table(
        select(Batch),
        [
            Column("berkas", _l("Berkas"), "file_name", sort=Batch.file_name, link=lambda b: url_for(...)),
            Column("baris", _l("Baris"), "rows", kind="number", sort=Batch.rows),
        ],
        caption=_l("Berkas hasil"),
        empty=_l("Belum ada berkas. Impor berkas pertama untuk memulai."),
        search=(Batch.file_name,),
    )
    return table.download() or render_template("....html", table=table)   # {{ table.render() }}

Everything stands in the address: ``halaman``, ``urut`` (``-baris`` is descending), ``cari``, ``kolom``,
``unduh`` and the names of the filters. It works without JavaScript.
"""

from electsys.web.tables.columns import Column, Filter
from electsys.web.tables.table import Table

__all__ = ["Column", "Filter", "Table"]
