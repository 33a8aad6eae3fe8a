"""The press desk, journalists, press kits. Their things are put into the world by `press_world`."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, BROKERS, Row, act, read, row

# v n o c k r x s a
DESK = "sdooooood"
"""Everybody who acts for some organisation, and the secretariat."""
OURS = "snooonnon"
"""Those who act for Nordsensor, and the secretariat; others do not know of it."""
KEEPERS = "sdddoddod"
"""Who decides for Nordsensor, and the secretariat."""
BODY = str.maketrans("o", "b")

ROWS: tuple[Row, ...] = (
    read("press-desk", get=DESK),
    read("press-calendar-file", get=DESK),
    read("press-inquiries", get=DESK),
    read("press-inquiries-file", "questions as a file", get=DESK),
    row(
        "press-inquiry",
        "newcomer's question to the company",
        get="soooonnon",
        post="sdooonnon",
        state="answered",
    ),
    row("press-lists", get=DESK, post=DESK.translate(BODY)),
    row("press-list", "list of the company", get=OURS, post=OURS.translate(BODY)),
    row("import-press-list", "list of the company", get=OURS, post=OURS.translate(BODY)),
    act("remove-from-press-list", "address on the company's list", post=OURS),
    row("remove-press-list", "list of the company", get=OURS, post=OURS),
    row("journalists", get=BROKERS, post=BROKERS.translate(BODY)),
    act("end-trust", "newcomer as a journalist", post=BROKERS),
    read("for-the-press", get="soddddddd"),
    row("accept-embargo", "release under embargo", get="soooonnon", post="sbooonnon"),
    read("inquiry-sent"),
    row("confirm-inquiry", "link of a question", get=ALL, post=ALL),
    read("press-kit", "own organisation"),
    read("press-kit", "their organisation", get="nnnnnonon"),
    row("ask-press", "own organisation", get=ALL, post="bbbbbbbbb"),
    row("ask-press", "question about the release that is out", get=ALL, post="bbbbbbbbb"),
    row("ask-press", "question about the release that waits", get="nnooonnon", post="nnbbbnnbn"),
    row("edit-press-kit", "own organisation", get=KEEPERS, post="sdddcddcd"),
    row("add-press-picture", "own organisation", get=KEEPERS, post=KEEPERS.translate(BODY)),
    row("edit-press-picture", "picture of the press kit", get=KEEPERS, post=KEEPERS.translate(BODY)),
    act("remove-press-picture", "picture of the press kit", post=KEEPERS),
)
