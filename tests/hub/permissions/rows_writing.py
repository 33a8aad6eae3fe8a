"""Writing releases and bringing them in. Their things are put into the world by `writing_world`."""

from __future__ import annotations

from tests.hub.permissions.table import OWN, Row, act, read, row

# v n o c k r x s a
DESK = "sdooooood"
"""Everybody who acts for some organisation, and the secretariat."""
OURS = "snooonnon"
"""Those who act for Nordsensor, and the secretariat; others do not know of a draft."""
DECIDING = "snddonnon"
"""Who decides for Nordsensor, and the secretariat; before the hour."""
CORRECTING = "sdddoddod"
"""The same when everybody knows of the release."""
SENT = str.maketrans("o", "b")

ROWS: tuple[Row, ...] = (
    read("my-releases", get=OWN),
    row("write-release", get=DESK, post=DESK.translate(SENT)),
    act("clean-paste", post=DESK),
    row("bring-in-release", get=DESK, post=DESK.translate(SENT)),
    read("release-desk", "draft of a release", get=OURS),
    read("release-desk", "version that is out", get="sdoooddod"),
    read("release-desk", "approved version", get=OURS),
    row("edit-release", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    row("correct-release", "version that is out", get=CORRECTING, post=CORRECTING.translate(SENT)),
    read("release-history", "draft of a release", get=OURS),
    read("release-history", "version that is out", get="sdoooddod"),
    act("bring-back-wording", "first wording of the draft", post=OURS),
    row("release-settings", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    act("begin-version", "draft of a release", post=OURS, language="da"),
    act("release-step", "handing the draft in", post=OURS, number="1"),
    row("schedule-release", "approved version", get=DECIDING, post=DECIDING.translate(SENT)),
    row("withdraw-release", "version that is out", get=CORRECTING, post=CORRECTING.translate(SENT)),
    row("remove-release", "draft of a release", get=OURS, post=OURS),
    row("add-release-picture", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    row("edit-release-picture", "picture of the draft", get=OURS, post=OURS.translate(SENT)),
    row("add-release-document", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    row("edit-release-document", "document of the draft", get=OURS, post=OURS.translate(SENT)),
    row("add-release-contact", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    row("edit-release-contact", "contact of the draft", get=OURS, post=OURS.translate(SENT)),
    act("move-release-material", "contact among the draft's", post=OURS),
    act("remove-release-material", "contact among the draft's", post=OURS),
    row("release-subjects", "draft of a release", get=OURS, post=OURS.translate(SENT)),
    act("remove-release-subject", "subject of the draft", post=OURS),
)
