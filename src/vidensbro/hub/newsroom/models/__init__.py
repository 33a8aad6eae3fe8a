"""Rows of the newsroom."""

from vidensbro.hub.newsroom.models.material import Document, Picture, PictureSize, Subject
from vidensbro.hub.newsroom.models.press import EmbargoAcceptance, Inquiry, Journalist, PressKit
from vidensbro.hub.newsroom.models.releases import (
    OUT,
    WRITTEN,
    Contact,
    FactBox,
    Issuer,
    Language,
    Licence,
    Quote,
    Release,
    ReleaseField,
    State,
    Version,
)
from vidensbro.hub.newsroom.models.returned import Returned
from vidensbro.hub.newsroom.models.steps import Approval, Correction, LateChange, Revision
from vidensbro.hub.newsroom.models.subscriptions import (
    Dispatch,
    ListEntry,
    MailingList,
    Subscriber,
    SubscriberField,
    SubscriberOrganisation,
    Suppression,
)

__all__ = [
    "OUT",
    "WRITTEN",
    "Approval",
    "Contact",
    "Correction",
    "Dispatch",
    "Document",
    "EmbargoAcceptance",
    "FactBox",
    "Inquiry",
    "Issuer",
    "Journalist",
    "Language",
    "LateChange",
    "Licence",
    "ListEntry",
    "MailingList",
    "Picture",
    "PictureSize",
    "PressKit",
    "Quote",
    "Release",
    "ReleaseField",
    "Returned",
    "Revision",
    "State",
    "Subject",
    "Subscriber",
    "SubscriberField",
    "SubscriberOrganisation",
    "Suppression",
    "Version",
]
