"""Situng: the results of polling stations and the running count of every region.

The photo of a form is entered by two people who never see each other's numbers, or a results file comes in
and a second person confirms it. Both become immutable versions; rules flag what cannot be right; accepted
forms rise to village, kecamatan, kab/kota, province, nation and dapil. The door below is what Sirekap, on
the right, may use: it publishes what Situng counted, and sums officially what
:func:`accepted_forms` gives it; it hears of single forms by :class:`FormAccepted` and :class:`FormCorrected`.
"""

from __future__ import annotations

from flask import Flask

from modules.situng import models
from modules.situng.contest import ContestCount, Group
from modules.situng.events import FormAccepted, FormCorrected
from modules.situng.layouts import FormModel, form_model
from modules.situng.operations.totals import fold_totals
from modules.situng.queries.accepted import AcceptedForm, accepted_forms
from modules.situng.queries.areas import (
    AreaCount,
    AreaPage,
    dapil_areas,
    dapil_codes,
    dapil_page,
    region_page,
)
from modules.situng.queries.captures import form_photos
from modules.situng.queries.contests import (
    contest_by_code,
    contest_count,
    contest_model,
    counts_by_dapil,
    limits,
    public_id,
)
from modules.situng.queries.counted import counted_forms, form_states
from modules.situng.queries.forms import TpsForm, Version, tps_form, village_forms
from modules.situng.queries.photos import PublicPhoto, photos_beside, public_photos
from modules.situng.rules import is_complete, judge
from modules.situng.twins import area_csv, area_json, form_json, forms_csv
from modules.situng.verdicts import vote_column
from modules.situng.wording import Finding, explain

__all__ = [
    "AcceptedForm",
    "AreaCount",
    "AreaPage",
    "ContestCount",
    "Finding",
    "FormAccepted",
    "FormCorrected",
    "FormModel",
    "Group",
    "PublicPhoto",
    "TpsForm",
    "Version",
    "accepted_forms",
    "area_csv",
    "area_json",
    "contest_by_code",
    "contest_count",
    "contest_model",
    "counted_forms",
    "counts_by_dapil",
    "dapil_areas",
    "dapil_codes",
    "dapil_page",
    "explain",
    "fold_totals",
    "form_json",
    "form_model",
    "form_photos",
    "form_states",
    "forms_csv",
    "is_complete",
    "judge",
    "limits",
    "models",
    "photos_beside",
    "public_id",
    "public_photos",
    "region_page",
    "tps_form",
    "village_forms",
    "vote_column",
]


def init_app(app: Flask) -> None:
    """Join the module to the app."""
    from modules.situng import (  # noqa: F401  (they register themselves)
        cli,
        deliveries,
        demo,
        demo_heads,
        field,
        jobs,
        menu,
        reports,
        views,
        workflow,
    )

    menu.register()
    deliveries.offer()
    reports.offer()
    field.join()
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.situng)
