"""The WSGI entry point: ``gunicorn wsgi:app`` and ``flask --app wsgi``."""

import sys

from config import ConfigError
from electsys import create_app
from electsys.db import DatabaseUnavailable
from electsys.privacy.keys import KeyFileError

try:
    app = create_app()
except (ConfigError, DatabaseUnavailable, KeyFileError) as problem:
    # Whoever sets the house up needs the sentence, not where in the code it was said.
    sys.exit(f"electsys: {problem}")
