"""The suite with one more page, which takes a file (gunicorn tests.documents.uploadable:app)."""

from __future__ import annotations

from flask import Blueprint, render_template_string
from wtforms.validators import InputRequired

from electsys import create_app, web
from electsys.documents.forms import UploadField
from electsys.identity import current_actor
from electsys.identity.access import SIGNED_IN, requires
from electsys.web.forms import Form

PAGE = """{% extends "web/layout.html" %}
{% from "web/forms.html" import error_summary, fields %}
{% from "documents/_upload.html" import upload_script with context %}
{% block title %}Uji unggah{% endblock %}
{% block content %}{{ error_summary(form) }}<h1>Uji unggah</h1>
{% if stored %}<p id="hasil">{{ stored.received_sha256 }}</p>{% endif %}
<form method="post" enctype="multipart/form-data" class="form">{{ fields(form) }}
<button class="btn btn-primary" type="submit">Kirim</button></form>{{ upload_script() }}{% endblock %}"""

bp = Blueprint("uji", __name__)


class UploadForm(Form):
    """One file."""

    berkas = UploadField("Berkas", kind="table", validators=[InputRequired("Pilih berkas.")])


@bp.route("/uji-unggah", methods=["GET", "POST"])
@requires(SIGNED_IN)
def take():
    form = UploadForm()
    stored = form.berkas.store(actor=current_actor()) if form.validate_on_submit() else None
    return render_template_string(PAGE, form=form, stored=stored)


def with_page(app):
    app.register_blueprint(bp)
    return app


_init, web.init_app = web.init_app, lambda app: _init(with_page(app))
app = create_app()
