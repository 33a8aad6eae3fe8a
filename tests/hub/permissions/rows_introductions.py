"""Introductions, and who may be asked how often."""

from __future__ import annotations

from tests.hub.permissions.table import ALL, GONE, OWN, Row, act, read, row

ASKED = "snonnonon"
"""Both sides of a request and the secretariat know of it: the owner, and the one who was asked."""
ASKING = "snonndnon"
"""The owner's side and the secretariat act; the one who was asked does not."""

# v n o c k r x s a
ROWS: tuple[Row, ...] = (
    row("new-introduction", "match of the members' need", get="snododdod", post="snbdbddbd"),
    row("new-introduction", "match of the sealed need", get="snonnnnon", post="snbnnnnbn"),
    read("my-introductions", get=OWN),
    row("introduction", "request of the sealed need", get=ASKED, post="sncnnoncn", answer="yes"),
    row("introduction", "request on the owner's behalf", get=ASKED, post="sncnnoncn", answer="yes"),
    row("introduction", "drafted request", get="snononnon", post="sncncnncn"),
    row("introduction", "made introduction", get="snonoonon", post="sncncbncn"),
    row("edit-introduction", "drafted request", get="snononnon", post="snbnbnnbn"),
    row("edit-introduction", "request of the sealed need", get=ASKING, post="snbnndnbn"),
    act("ask-introduction", "drafted request", post="snononnon"),
    act("ask-introduction", "request of the sealed need", post=ASKING),
    act("agree-introduction", "request on the owner's behalf", post="snonndndn"),
    act("agree-introduction", "request of the sealed need", post="sncnndndn"),
    act("withdraw-introduction", "request of the sealed need", post=ASKING),
    act("withdraw-introduction", "drafted request", post="snononnon"),
    act("close-introduction", "made introduction", post="snonodnon", outcome="met"),
    act("close-introduction", "request of the sealed need", post="sncnndncn", outcome="met"),
    act("introduction-more", "request of the sealed need", post="sndnncndn", stage="description"),
    row("offer-times", "request of the sealed need", get=ASKING, post=ASKING),
    act("show-more", "request of the sealed need", post="snonndndn", stage="description"),
    act("add-document", "request of the sealed need", post="snbnndndn"),
    act("remove-document", "handed document", post="snonnnndn"),
    act("assign-broker", "request of the sealed need", post="sndnndnon", broker=""),
    act("choose-time", "request of the sealed need", post="sndnnbndn"),
    read("meeting-file", "made introduction", get="snonoonon"),
    read("meeting-file", "request of the sealed need", get="snnnnnnnn"),
    act("decide-disclosure", "step of disclosure", post="snonndndn", agreed="yes"),
    read("stored-file", "document of the sealed need", get="snonnnnon"),
    row("answer", "link of the mail", get=ALL, post=ALL, answer="yes"),
    act("answer-more", "link of the mail", post="ccccccccc", stage="description"),
    act("answer-time", "link of the mail", post="bbbbbbbbb"),
    read("answer-meeting", "link of the mail", get=GONE),
    read("answer-document", "handed document by link", get=GONE),
    read("answer-given", "answer that was given"),
    row("ask-preferences", get=OWN, post=OWN),
    act("declare-conflict", post="sddddbddd", kind="organisation", key=""),
    act("remove-conflict", "declared conflict", post="snnnnonoo"),
    read("introduction-figures"),
    read("neutrality"),
)
