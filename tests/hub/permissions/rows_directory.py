"""Organisations, people, knowledge; joining, inviting and claiming."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, GONE, OWN, STAFF, Row, act, read, row

THEIR_MEMBERS = "snnnndnoo"
"""Who acts for the university is its own and staff's to know; the researcher decides nothing there."""
OUR_MEMBERS = "snddonnoo"
COORDINATORS = "snnnonnoo"
HIS_OWN = "sddddodoo"
BODY = str.maketrans("o", "b")
CONFLICT = str.maketrans("o", "c")

# v n o c k r x s a
ROWS: tuple[Row, ...] = (
    read("directory"),
    read("people"),
    read("organisation", "own organisation"),
    read("organisation", "their organisation"),
    read("person", "public person"),
    read("person", "researcher's person"),
    read("person", "members' person", get="nnooooooo"),
    read("person", "hidden person", get="nnnnnnnoo"),
    row("members", "own organisation", get=OUR_MEMBERS, post=OUR_MEMBERS.translate(BODY)),
    row("members", "their organisation", get=THEIR_MEMBERS, post="snnnndnbb"),
    row("join-organisation", "own organisation", get=OWN, post="sbbbboooo"),
    row("join-organisation", "their organisation", get=OWN, post="soooobooo"),
    act("leave-organisation", "own organisation", post="snoocnnnn"),
    act("member-role", "colleague in the organisation", post=OUR_MEMBERS, role="coordinator"),
    act("member-role", "researcher in the university", post=THEIR_MEMBERS, role="coordinator"),
    act("remove-member", "colleague in the organisation", post=OUR_MEMBERS),
    act("remove-member", "researcher in the university", post=THEIR_MEMBERS),
    row("edit-organisation", "own organisation", get="sdddoddoo", post="sdddoddoo"),
    row("edit-organisation", "their organisation", get=STAFF, post=STAFF),
    act("add-organisation-contact", "own organisation", post="sdddbddbb"),
    row("edit-person", "researcher's person", get=HIS_OWN, post="sddddbdbb"),
    row("edit-person", "members' person", get="sndddddoo", post="sndddddbb"),
    row("edit-person", "hidden person", get="snnnnnnoo", post="snnnnnnbb"),
    act("add-person-contact", "researcher's person", post="sddddbdbb"),
    row("claim-person", "public person", get=OWN, post="sbooobooo"),
    row("claim-person", "hidden person", get="snnnnnnoo", post="snnnnnnoo"),
    act("remove-contact", "company's contact", post="snnnonnoo"),
    act("remove-contact", "researcher's contact", post=HIS_OWN),
    act("confirm-join", "request to join", post="sdnnonnoo"),
    act("refuse-join", "request to join", post="sdnnonnoo"),
    act("withdraw-join", "request to join", post="sonndnndd"),
    act("confirm-claim", "claim to be somebody", post="sdnnnnnoo"),
    act("refuse-claim", "claim to be somebody", post="sdnnnnnoo"),
    act("withdraw-claim", "claim to be somebody", post="sonnnnndd"),
    act("accept-invitation", "invitation of the newcomer", post="sonnnnnnn"),
    act("resend-invitation", "invitation to the organisation", post=COORDINATORS.translate(CONFLICT)),
    act("resend-invitation", "invitation to the installation", post="snnnnnncc"),
    act("withdraw-invitation", "invitation to the organisation", post=COORDINATORS),
    act("withdraw-invitation", "invitation to the installation", post="snnnnnnoo"),
    row("invitation", "link of the invitation", get=ALL, post=ALL),
    row("invitations", get=STAFF, post="sddddddbb"),
    read("knowledge"),
    read("offers"),
    read("work", "work"),
    read("work", "withdrawn work", get=GONE),
    read("offer", "public offer"),
    read("offer", "members' offer", get="nnooooooo"),
    read("offer", "withdrawn offer", get="nnnnnonoo"),
)
