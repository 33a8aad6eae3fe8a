"""Reading releases, their feeds, pictures and documents, and subscribing. Put into the world by `newsroom_world`."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, GONE, OWN, Row, read, row

# v n o c k r x s a
WAITS = "nnooonnon"
"""Those who act for the issuer, and the secretariat; to others, visitors too, there is no such release."""
WAITING_FILE = f"s{WAITS[1:]}"
"""The same, where everybody must sign in."""

ROWS: tuple[Row, ...] = (
    read("newsroom"),
    read("newsroom-archive"),
    read("release", "address of the release that is out"),
    read("release", "address of the release that waits", get=WAITS),
    read("release-pdf", "address of the release that is out"),
    read("release-pdf", "address of the release that waits", get=WAITS),
    read("feed", "feed of releases"),
    read("news-sitemap"),
    read("release-picture", "size of a picture that is out"),
    read("release-picture", "size of a picture that waits", get=WAITS),
    read("download-release-picture", "picture that is out"),
    read("download-release-picture", "picture that waits", get=WAITS),
    read("download-release-picture", "picture of the press kit"),
    read("release-document", "document that is out"),
    read("release-document", "document that waits", get=WAITS),
    read("stored-file", "file of the document that is out", get=OWN),
    read("stored-file", "file of the document that waits", get=WAITING_FILE),
    read("stored-file", "file of the size of a picture that waits", get=WAITING_FILE),
    read("stored-file", "original of the picture that is out", get=WAITING_FILE),
    read("stored-file", "original of the picture that waits", get=WAITING_FILE),
    row("subscribe", get=ALL, post="bbbbbbbbb"),
    read("subscription-asked"),
    row("confirm-subscription", "request for releases", get=ALL, post=ALL),
    row("subscription", "reader of releases", get=ALL, post=ALL),
    row("leave-newsroom", "reader who leaves", get=ALL, post=ALL),
    row("confirm-subscription", "forged link", get=GONE, post=GONE),
)
