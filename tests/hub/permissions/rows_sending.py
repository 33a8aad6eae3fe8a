"""The mail of releases. Their things are put into the world by `writing_world`."""

from __future__ import annotations

from tests.hub.permissions.table import GONE, Row, act, read

# v n o c k r x s a
ROWS: tuple[Row, ...] = (
    read("sending-figures", "draft of a release", get="snooonnon"),
    read("sending-figures", "version that is out", get="sdoooddod"),
    act("send-release-again", "version that is out", post="sdddoddod"),
    act("name-release-lists", "approved version", post="snddonnon"),
    read("follow-release", "draft of a release", get=GONE),
    read("follow-release", "version that is out"),
)
