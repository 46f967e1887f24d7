"""Pages of the running count (public), of results files, and of the anomaly queue."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from electsys import jobs
from electsys.db import db
from electsys.identity import current_actor, grants
from electsys.identity.access import Scope, public, requires
from electsys.web.charts import share_bars
from electsys.web.maps import choropleth
from electsys.web.tables import pages
from modules.situng import twins, wording
from modules.situng.forms import CancelForm, ConfirmForm, CorrectionForm
from modules.situng.models import ResultBatch
from modules.situng.operations import batches, corrections
from modules.situng.queries import areas, forms
from modules.situng.queries.batches import batch_page, batch_changes, batches_in
from modules.situng.queries.contests import ContestCount, contest_by_code, contest_count, contests_open
from modules.situng.rules import form_model
from modules.situng.workflow import BATCH, CONFIRM, CORRECT, IMPORT, READ

bp = APIBlueprint("situng", __name__, enable_openapi=False)

COUNT = "/hitung-suara/<election>/<kind>"
