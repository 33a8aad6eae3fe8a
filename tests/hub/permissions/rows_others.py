"""Collaborations, the secretariat's pages, and the site itself."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, BROKERS, GONE, OWN, STAFF, Row, act, read, row

PARTIES = "snoooonon"
"""Everybody of Nordsensor, of the university the researcher alone, and the secretariat."""
WATCHED = "snoooooon"
"""Of the observing organisation too."""
RECORD_WATCHED = "snoooodon"
BODY = str.maketrans("o", "b")

# v n o c k r x s a
ROWS: tuple[Row, ...] = (
    read("collaborations", get=OWN),
    read("collaboration-board", get=BROKERS),
    read("collaboration-board-file", "board as a file", get=BROKERS),
    row("new-collaboration", get="sdooooood", post="sdbbbbbbd"),
    row("collaboration-from", "made introduction", get="snonoonon", post="snonoonon"),
    row("collaboration-from", "request of the sealed need", get="snonnonon", post="sncnncncn"),
    read("collaboration", "collaboration", get=PARTIES),
    read("collaboration", "observed collaboration", get=WATCHED),
    row("edit-collaboration", "collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    row(
        "edit-collaboration",
        "observed collaboration",
        get=RECORD_WATCHED,
        post=RECORD_WATCHED.translate(BODY),
    ),
    row("record-step", "new fact of the collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    row("correct-step", "fact of the collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    row(
        "correct-step",
        "fact of the observed collaboration",
        get=RECORD_WATCHED,
        post=RECORD_WATCHED.translate(BODY),
    ),
    act("undo-step", "collaboration", post="snodddnon", step="{step}"),
    row("add-party", "collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    row("add-party", "observed collaboration", get=RECORD_WATCHED, post=RECORD_WATCHED.translate(BODY)),
    row("leave-collaboration", "party of the collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    act("share-collaboration", "party of the collaboration", post=PARTIES, shared="1"),
    row("name-person", "party of the collaboration", get=PARTIES, post=PARTIES.translate(BODY)),
    act("remove-person", "researcher in the collaboration", post=PARTIES),
    read("stored-file", "file of a collaboration", get=PARTIES),
    read("secretariat", get=STAFF),
    row("desk", get=BROKERS, post="sddddddbd"),
    read("desk-file", "desk as a file", get=BROKERS),
    act("desk-undo", post="sddddddcd"),
    row("desk-views", get=BROKERS, post="sddddddbd"),
    act("remove-desk-view", "view of the desk", post=BROKERS),
    read("import-run", "import run", get="snnnnnnoo"),
    act("undo-import", "import run", post="snnnnnnoo"),
    read("import-schedules", get=STAFF),
    row("new-import-schedule", get=STAFF, post="sddddddbb"),
    act("pause-import-schedule", "schedule of imports", post=STAFF, paused="1"),
    act("remove-import-schedule", "schedule of imports", post=STAFF),
    read("proposals", get=STAFF),
    act("merge", "proposal to merge", post=STAFF),
    act("keep-apart", "proposal to merge", post=STAFF),
    act("undo-merge", "merge to undo", post="snnnnnnoo"),
    read("home"),
    read("fields"),
    read("field", "field"),
    read("about"),
    read("privacy"),
    read("accessibility"),
    act("language", post=ALL, language="da"),
    read("theme"),
    read("logo", get=GONE),
    read("robots"),
    read("health"),
    read("ready"),
    # To everybody because the test asks from the machine itself; tests/hub/deploying asks from elsewhere.
    read("metrics"),
)
