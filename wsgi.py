"""The WSGI entry point: ``gunicorn wsgi:app`` and ``flask --app wsgi``."""

import atexit
import gc
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

# What was loaded stays for good: a worker whose collector walks through it again and again stands still for
# half a second each time. At the end it is given back, for libraries that count what is left.
gc.freeze()
atexit.register(gc.unfreeze)
