"""Needs, matches and teasers."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, OWN, Row, act, read, row

MEMBERS_NEED = "snododdod"
"""To act on a need that members see: the owner, the coordinator of its organisation, the secretariat."""
NAMED_NEED = "snonndnon"
SEALED_NEED = "snonnnnon"
DRAFT = "snonnnnnn"
"""Drafts are their owner's alone, whoever is to see them later."""
CONFLICT = str.maketrans("o", "c")
BODY = str.maketrans("o", "b")

# v n o c k r x s a
ROWS: tuple[Row, ...] = (
    row("match", get=ALL, post="bbbbbbbbb"),
    act(
        "feedback",
        "",
        post="dnonnnnon",
        kind="person",
        target="{clinician}",
        verdict="relevant",
        need="{sealed}",
    ),
    act("take-back", "owner's feedback", post="nnonnnnnn"),
    read("needs"),
    read("my-needs", get=OWN),
    row("new-need", get="sdooooooo", post="sdbbbbbbb"),
    act("keep-need", post="sdooooooo", text="We look for clinical knowledge of pressure ulcers."),
    read("need", "public need"),
    read("need", "members' need", get="nnooooooo"),
    read("need", "named need", get="nnonnonon"),
    read("need", "sealed need", get="nnonnnnon"),
    read("need", "draft", get="nnonnnnnn"),
    read("need", "sealed draft", get="nnonnnnnn"),
    row("edit-need", "public need", get="sdododdod", post="sdbdbddbd"),
    row("edit-need", "members' need", get=MEMBERS_NEED, post=MEMBERS_NEED.translate(BODY)),
    row("edit-need", "named need", get=NAMED_NEED, post=NAMED_NEED.translate(BODY)),
    row("edit-need", "sealed need", get=SEALED_NEED, post=SEALED_NEED.translate(BODY)),
    row("edit-need", "draft", get=DRAFT, post=DRAFT.translate(BODY)),
    row("edit-need", "sealed draft", get=DRAFT, post=DRAFT.translate(BODY)),
    act("post-need", "draft", post=DRAFT),
    act("post-need", "sealed draft", post=DRAFT),
    act("post-need", "sealed need", post=SEALED_NEED.translate(CONFLICT)),
    act("answer-need", "members' need", post=MEMBERS_NEED),
    act("answer-need", "named need", post=NAMED_NEED),
    act("answer-need", "sealed need", post=SEALED_NEED),
    act("close-need", "members' need", post=MEMBERS_NEED),
    act("close-need", "named need", post=NAMED_NEED),
    act("close-need", "sealed need", post=SEALED_NEED),
    act("reopen-need", "members' need", post=MEMBERS_NEED.translate(CONFLICT)),
    act("reopen-need", "sealed need", post=SEALED_NEED.translate(CONFLICT)),
    act("delete-need", "draft", post=DRAFT),
    act("delete-need", "sealed draft", post=DRAFT),
    act("delete-need", "members' need", post=MEMBERS_NEED.translate(CONFLICT)),
    row("need-teaser", "sealed need", get=SEALED_NEED, post=SEALED_NEED.translate(BODY)),
    row("need-teaser", "named need", get=NAMED_NEED, post=NAMED_NEED.translate(BODY)),
    act("approve-teaser", "sealed need", post=SEALED_NEED, text="{teaser}", warnings_seen="on"),
    act("approve-teaser", "named need", post=NAMED_NEED, text="{teaser}", warnings_seen="on"),
    act("withdraw-teaser", "sealed need", post=SEALED_NEED),
    act("withdraw-teaser", "named need", post=NAMED_NEED),
    read("teasers"),
    read("teaser", "teaser of the sealed need"),
    read("teaser", "teaser of the named need", get="nnooooooo"),
    act("help-teaser", "teaser of the sealed need", post="sdcooooco", message="We can help."),
    act("help-teaser", "teaser of the named need", post="sncoococo", message="We can help."),
)
