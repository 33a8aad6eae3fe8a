"""An erased person is not in the database's file either: neither in free pages nor in the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import django
django.setup()
from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.accounts.services import create_user
from vidensbro.hub.common.data import prepare
from vidensbro.hub.directory import services
from vidensbro.hub.outbox import services as outbox
prepare()
actor = system_actor("tests")
for number in range(20):
    services.create_person(actor, name=f"Somebody {number}", summary_en="Works on wounds. " * 20)
person = services.create_person(actor, name="Zebulonia Quixotebury", summary_en="ZQSUMMARYZQ " * 400)
services.add_contact_point(actor, "email", "zq@marker-post.example", person_id=person.pk)
services.erase_named(actor, "zq@marker-post.example")
outbox.drain()
"""


def test_the_file_holds_nothing_of_an_erased_person(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(tmp_path),
        "VIDENSBRO_EMBEDDER": "none",
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "-c", SCRIPT], check=True, env=environment, capture_output=True, timeout=120
    )
    files = sorted(tmp_path.glob("db.sqlite3*"))
    assert files
    for path in files:
        content = path.read_bytes()
        for word in (b"Zebulonia", b"Quixotebury", b"ZQSUMMARYZQ", b"marker-post"):
            assert word not in content, path.name
    assert b"Somebody 7" in files[0].read_bytes()
