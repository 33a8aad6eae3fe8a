"""Moves of an introduction: one named function each."""

from vidensbro.hub.introductions.services.answering import (
    Answerer,
    accept,
    answer_by_link,
    choose_time,
    decline,
    open_link,
    postpone,
    read_link,
)
from vidensbro.hub.introductions.services.introducing import agree, close
from vidensbro.hub.introductions.services.links import LinkGone
from vidensbro.hub.introductions.services.requesting import (
    ask,
    assign_broker,
    draft,
    edit,
    request_times,
    withdraw,
)
from vidensbro.hub.introductions.services.timekeeping import (
    digest_person_ids,
    due_ids,
    escalate,
    expire,
    keep_time,
    remind,
    send_digest,
)

__all__ = [
    "Answerer",
    "LinkGone",
    "accept",
    "agree",
    "answer_by_link",
    "ask",
    "assign_broker",
    "choose_time",
    "close",
    "decline",
    "digest_person_ids",
    "draft",
    "due_ids",
    "edit",
    "escalate",
    "expire",
    "keep_time",
    "open_link",
    "postpone",
    "read_link",
    "remind",
    "request_times",
    "send_digest",
    "withdraw",
]
