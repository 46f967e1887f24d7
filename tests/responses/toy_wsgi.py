"""The app with the toy module, for a browser: ``gunicorn tests.responses.toy_wsgi:app --bind HOST:PORT``."""

from __future__ import annotations

import sys

from jinja2 import ChoiceLoader, DictLoader

from tests.responses import toy
from wsgi import app

TEMPLATE = """
<dl class="facts">
  <div><dt>Nama</dt><dd>{{ answer.data.nama }}</dd></div>
  <div><dt>TPS</dt><dd><strong>{{ answer.data.tps }}</strong></dd></div>
</dl>
"""

toy.declare()
app.config["BASE_URL"] = f"http://{sys.argv[sys.argv.index('--bind') + 1]}" if "--bind" in sys.argv else ""
app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"responses/uji.html": TEMPLATE})])
app.jinja_env.loader = app.create_global_jinja_loader()
