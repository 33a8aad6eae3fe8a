"""What the newsroom says about people: who subscribes, who asks, who writes, and who is quoted."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Part, Subject, Traces
from vidensbro.hub.audit.purposes import (
    COLLEAGUES,
    CONTACTS,
    NONE,
    SECRETARIAT,
    THEMSELVES,
    USERS,
    Purpose,
    days,
)
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.newsroom import models as rows
from vidensbro.hub.newsroom import own_data
from vidensbro.hub.newsroom.addresses import canonical, digest_of
from vidensbro.hub.newsroom.announcements import ALL, PDFS
from vidensbro.hub.newsroom.merging import merge_organisation, move, relink
from vidensbro.hub.newsroom.models import State
from vidensbro.hub.newsroom.services import consent, inquiries
from vidensbro.hub.newsroom.services.sizes import SIZES
from vidensbro.hub.newsroom.services.subscribing import details, expire_unconfirmed
from vidensbro.hub.outbox import services as outbox

_STAMPS: tuple[tuple[type[Model], str], ...] = (
    (rows.Release, "created_by"),
    (rows.Version, "changed_by"),
    (rows.Revision, "by"),
    (rows.Approval, "by"),
    (rows.Correction, "by"),
    (rows.LateChange, "by"),
    (rows.Journalist, "trusted_by"),
    (rows.Inquiry, "handled_by"),
)
"""Columns that say which account did something."""
_SIDES = (
    (rows.FactBox, ("heading", "body")),
    (rows.Quote, ("text", "speaker", "title")),
    (rows.Correction, ("note",)),
)


class NewsroomPart:
    """Subscriptions, lists, questions to the press desk, and releases as far as somebody stands in them."""

    name = "newsroom"

    def traces(self, subject: Subject) -> Traces:
        """Addresses at which the press desk has the account on a list."""
        user = subject.user_id or NO_ID
        listed = rows.ListEntry.objects.filter(user_id=user).values_list("address", flat=True)
        return Traces(addresses=frozenset(listed))

    def export(self, subject: Subject) -> Mapping[str, Any]:
        own, user = _canonical(subject.proven), subject.user_id or NO_ID
        listed = _entries(own, user).select_related("list").order_by("added")
        asked = _inquiries(own, user).select_related("organisation").order_by("at")
        trusted = rows.Journalist.objects.filter(user_id=user)
        accepted = rows.EmbargoAcceptance.objects.filter(user_id=user).order_by("at")
        out = rows.Version.objects.filter(_out())
        return {
            "subscriptions": [details(row) for row in rows.Subscriber.objects.filter(address__in=own)],
            "lists": [own_data.entry(row) for row in listed],
            "unwanted": own_data.unwanted(own),
            "returned": own_data.returned(own),
            "inquiries": [own_data.inquiry(row) for row in asked],
            "press": [own_data.journalist(row) for row in trusted],
            "embargoes": [own_data.acceptance(row) for row in accepted],
            "quotes": own_data.quotes(_quotes(subject), out),
            "contact_for": [own_data.contact(row) for row in _contacts(subject, own).order_by("pk")],
            "told_of_in": [
                {"title": row.headline, "at": row.publish_at.isoformat()}
                for row in out.filter(release__subjects__in=_subjects(subject))
                if row.publish_at
            ],
        }

    def erase(self, subject: Subject) -> int:
        """Everything but the words of releases that are out, which stay as they were told to the world (GDPR article
        17(3)(a)): the press desk corrects or withdraws those. How the subject is reached goes from them as well, and so
        does the link to the directory. The suppression list holds no address, and stays: the promise outlasts the
        reader's data.
        """
        addresses, user = _canonical(subject.addresses), subject.user_id or NO_ID
        touched = _deleted(
            rows.Subscriber.objects.filter(address__in=addresses),
            _entries(addresses, user),
            _inquiries(addresses, user),
            rows.Journalist.objects.filter(user_id=user),
            rows.EmbargoAcceptance.objects.filter(user_id=user),
            _late_changes(subject, addresses),
            _contacts(subject, addresses),
        )
        for model, column in _STAMPS:
            mine = model._default_manager.filter(**{column: user})
            touched += mine.update(**{column: None})
        touched += _quotes(subject).update(person=None)
        touched += _subjects(subject).delete()[0]
        if subject.person_id is not None:
            touched += relink(subject.person_id, "")
        digests = [digest_of(one) for one in addresses]
        touched += rows.Returned.objects.filter(digest__in=digests).delete()[0]
        # Sending that goes on from the beginning writes to nobody twice.
        touched += rows.Dispatch.objects.filter(after__in=addresses).update(after="")
        touched += _scrub(subject)
        if touched:
            outbox.put(PDFS, ALL)
        return touched

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind == "person":
            return (
                relink(gone, str(kept))
                + move(rows.Quote, "person_id", kept, gone)
                + move(rows.Contact, "person_id", kept, gone)
                + move(rows.Subject, "person_id", kept, gone, "release_id")
            )
        return merge_organisation(kept, gone) if kind == "organisation" else 0


def _canonical(addresses: Iterable[str]) -> set[str]:
    found = set()
    for one in addresses:
        try:
            found.add(canonical(one))
        except Invalid:
            # What mail cannot be sent to is no address of the newsroom.
            continue
    return found


def _entries(addresses: Iterable[str], user: uuid.UUID) -> QuerySet[rows.ListEntry]:
    return rows.ListEntry.objects.filter(Q(address__in=addresses) | Q(user_id=user))


def _inquiries(addresses: Iterable[str], user: uuid.UUID) -> QuerySet[rows.Inquiry]:
    typed = Q(user__isnull=True)
    wanted = Q(pk__in=[])
    for one in addresses:
        wanted |= Q(email__iexact=one)
    return rows.Inquiry.objects.filter((typed & wanted) | Q(user_id=user))


def _quotes(subject: Subject) -> QuerySet[rows.Quote]:
    return rows.Quote.objects.filter(person_id=subject.person_id or NO_ID)


def _subjects(subject: Subject) -> QuerySet[rows.Subject]:
    return rows.Subject.objects.filter(person_id=subject.person_id or NO_ID)


def _contacts(subject: Subject, addresses: Iterable[str] = ()) -> QuerySet[rows.Contact]:
    """Whom to call: by the directory, or by an address that is the subject's."""
    wanted = Q(person_id=subject.person_id or NO_ID)
    for one in addresses:
        wanted |= Q(email__iexact=one)
    return rows.Contact.objects.filter(wanted)


def _late_changes(subject: Subject, addresses: Iterable[str]) -> QuerySet[rows.LateChange]:
    """What was changed about the subject while a release waited: the numbers before and after among it."""
    contacts = [str(key) for key in _contacts(subject, addresses).values_list("pk", flat=True)]
    about = Q(what="contact", key__in=contacts) | Q(what="person", key=str(subject.person_id or ""))
    return rows.LateChange.objects.filter(about)


def _deleted(*some: QuerySet[Any]) -> int:
    return sum(one.delete()[0] for one in some)


def _scrub(subject: Subject) -> int:
    """Names and addresses in what others wrote. What is out stays as it was published."""
    inner = rows.Version.objects.exclude(_out())
    touched = scrub(inner, subject.words, ("headline", "lead", "body", "withdrawal_note"))
    for model, columns in _SIDES:
        touched += scrub(model.objects.filter(version__in=inner), subject.words, columns)
    # Earlier wordings are nobody's but the writers', of what is out as well.
    touched += scrub(rows.Revision.objects.all(), subject.words, ("content",))
    told = Q(release__isnull=False, release__versions__in=rows.Version.objects.filter(_out()))
    pictures = rows.Picture.objects.exclude(pk__in=rows.Picture.objects.filter(told).values("pk"))
    shown = ("alt_da", "alt_en", "caption_da", "caption_en", "credit")
    credited = dict(pictures.values_list("pk", "credit"))
    touched += scrub(pictures, subject.words, shown)
    # The credit stands in the files of their sizes as well.
    anew = [pk for pk, credit in pictures.values_list("pk", "credit") if credit != credited[pk]]
    outbox.put_many(SIZES, [str(pk) for pk in anew])
    documents = rows.Document.objects.exclude(pk__in=rows.Document.objects.filter(told).values("pk"))
    touched += scrub(documents, subject.words, ("title",))
    touched += scrub(rows.Contact.objects.all(), subject.words, own_data.CONTACT)
    touched += scrub(rows.LateChange.objects.all(), subject.words, ("name_da", "name_en", "texts"))
    touched += scrub(rows.Inquiry.objects.all(), subject.words, ("text", "name", "outlet", "phone"))
    touched += scrub(rows.PressKit.objects.all(), subject.words, ("about_da", "about_en"))
    touched += scrub(rows.ListEntry.objects.all(), subject.words, ("name", "outlet"))
    return touched + scrub(rows.MailingList.objects.all(), subject.words, ("name",))


def _out() -> Q:
    """Versions whose words everybody may read."""
    told = [State.SCHEDULED, State.PUBLISHED, State.CORRECTED]
    return Q(state__in=told, publish_at__lte=clock.now())


def _expire_subscriptions(before: datetime) -> int:
    """What nobody confirmed; proofs of consent a while after the reader has left; old reports of mail servers."""
    long_ago = clock.now() - days(settings.VIDENSBRO_RETENTION_TEXT_DAYS)
    left = rows.Subscriber.objects.filter(state=rows.Subscriber.State.LEFT, changed__lt=long_ago)
    old = rows.Returned.objects.filter(at__lt=long_ago)
    # The address at which a sending stopped that goes on no more.
    stopped = rows.Dispatch.objects.filter(version__state=State.WITHDRAWN).exclude(after="")
    return expire_unconfirmed(before) + _deleted(left, old) + stopped.update(after="")


def _expire_press(before: datetime) -> int:
    """Questions that were dealt with, or whose asker did not prove the address; trust that ended, and terms accepted
    long ago."""
    unproven = rows.Inquiry.objects.filter(proven=None, at__lt=clock.now() - inquiries.PROVE_WITHIN)
    return _deleted(
        unproven,
        rows.Inquiry.objects.filter(handled__lt=before),
        rows.Journalist.objects.filter(ended__lt=before),
        rows.EmbargoAcceptance.objects.filter(at__lt=before),
    )


READERS = _("those who subscribe to press releases")
JOURNALISTS = _("journalists")

PARTS: tuple[Part, ...] = (NewsroomPart(),)
PURPOSES = (
    Purpose(
        code="releases",
        label=_("Press releases"),
        legal_basis=("6(1)(f)",),
        why=_("An organisation tells the public what it does, and who can be asked about it."),
        subjects=(USERS, CONTACTS, _("those who are quoted or shown in a release")),
        data=(
            _("names, titles, quotations, pictures; who can be called, and when"),
            _("who wrote, approved and changed it"),
        ),
        sources=(THEMSELVES, COLLEAGUES),
        recipients=(_("everybody, from the hour of publication on"),),
        kept=_("as long as the release is out: it is part of what the public was told"),
    ),
    Purpose(
        code="subscriptions",
        label=_("Press releases by e-mail"),
        legal_basis=("6(1)(a)", "6(1)(f)"),
        why=_(
            "Readers ask for releases by e-mail and confirm it; who has said no, or cannot be reached, is to get none."
        ),
        subjects=(READERS,),
        data=(
            _("address, language, what is wanted, the words of consent and when it was given and ended"),
            _("of those who want none the digest of the address; which mails came back"),
        ),
        sources=(THEMSELVES, _("reports of mail servers")),
        recipients=(_("the mail servers on the way"), SECRETARIAT),
        kept=_(
            "until the reader leaves, and the proof of consent a year longer; what is not confirmed from the "
            "asking on; the digests for good"
        ),
        retention=consent.CONFIRM_WITHIN,
        expire=_expire_subscriptions,
    ),
    Purpose(
        code="press",
        label=_("The press desk"),
        legal_basis=("6(1)(f)",),
        why=_(
            "Journalists are answered, told of releases, and may read before the hour where they are trusted with it."
        ),
        subjects=(JOURNALISTS, USERS),
        data=(
            _("name, medium, address, telephone number, what was asked and when it was dealt with"),
            _("which embargo was accepted by whom"),
            _("who is on which list"),
        ),
        sources=(THEMSELVES, COLLEAGUES),
        recipients=(_("the organisation that is asked"), SECRETARIAT),
        kept=_(
            "from the answer, the end of the trust or the acceptance on; a question whose asker does not confirm the "
            "address a week; lists as long as the reader is on them, and that she has left one as long as there is the "
            "list, so that nobody puts her on it again"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire_press,
    ),
)
MODELS = {
    "newsroom.Release": "releases",
    "newsroom.Version": "releases",
    "newsroom.FactBox": "releases",
    "newsroom.Quote": "releases",
    "newsroom.Contact": "releases",
    "newsroom.Revision": "releases",
    "newsroom.Approval": "releases",
    "newsroom.Correction": "releases",
    "newsroom.LateChange": "releases",
    "newsroom.Picture": "releases",
    "newsroom.PictureSize": NONE,
    "newsroom.Document": "releases",
    "newsroom.Subject": "releases",
    "newsroom.Issuer": NONE,
    "newsroom.ReleaseField": f"{NONE}: fields of releases",
    "newsroom.PressKit": "press",
    "newsroom.Subscriber": "subscriptions",
    "newsroom.SubscriberField": "subscriptions",
    "newsroom.SubscriberOrganisation": "subscriptions",
    "newsroom.Suppression": "subscriptions",
    "newsroom.Returned": "subscriptions",
    "newsroom.MailingList": "press",
    "newsroom.ListEntry": "press",
    "newsroom.Dispatch": "subscriptions",
    "newsroom.Dispatch_lists": NONE,
    "newsroom.Journalist": "press",
    "newsroom.EmbargoAcceptance": "press",
    "newsroom.Inquiry": "press",
}
