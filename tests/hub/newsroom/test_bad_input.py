"""Whatever is typed, sent or followed: no word becomes a mark, a header or an order, and no link opens another door.

Pictures and documents that would hurt are in `test_pictures` and `test_material`, texts in `test_release_text`, forged
senders and programs in `test_press_asking`, reports that are forged in `test_subscribing_returned`.
"""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import getaddresses
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree, html

from tests.hub.bad_input.naughty import NAUGHTY
from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import KINDS, NAMES, feed_path, put_on, write
from tests.hub.newsroom.flood import Flood
from tests.hub.newsroom.post_office import PostOffice, office, reader, work  # noqa: F401
from tests.hub.newsroom.readers import READER, SITE, ask, last_mail, subscribed
from tests.hub.newsroom.samples import hostile, quarters, saved, upload
from tests.hub.newsroom.test_press_asking import question
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.privacy import erase as erase_everywhere
from vidensbro.hub.common.caching import feeds as cache
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.mail.composing import composed
from vidensbro.hub.mail.links import choices_token
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import links, services
from vidensbro.hub.newsroom.models import (
    Inquiry,
    ListEntry,
    MailingList,
    Picture,
    Subscriber,
    Suppression,
    Version,
)
from vidensbro.hub.newsroom.services import (
    Facts,
    Said,
    Wording,
    contacts,
    documents,
    inquiries,
    kits,
    lists,
    pictures,
    sending,
    subscribing,
    weekly,
)
from vidensbro.hub.newsroom.services.lists import Listed
from vidensbro.hub.newsroom.services.sizes import make_sizes

pytestmark = pytest.mark.django_db
HURTS = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></title></style><svg/onload=alert(1)>"
"""What ends an attribute, an element, a title, and begins something that runs."""
ENGLISH = {"accept-language": "en"}
MARKS = ("script", "img", "svg", "iframe", "object", "embed", "base", "meta", "form")


@pytest.fixture
def infested(cast: Cast) -> Version:
    """A release in which every text that anybody types is `HURTS`; out at `HOUR`, for its writers before."""
    Organisation.objects.filter(pk=cast.company.pk).update(name=f"Nordsensor {HURTS}"[:200])
    with clock_at(NOON):
        words = Wording(
            headline=f"Ny {HURTS}",
            lead=f"Kort {HURTS}",
            body=f"Langt {HURTS}\n\n[her](javascript:alert(1)) ![der](https://elsewhere.example/x.gif)",
            fact_boxes=(Facts(f"Fakta {HURTS}", HURTS),),
            quotes=(Said(HURTS, f"Asta {HURTS}", f"lektor {HURTS}"),),
        )
        row = write(words, [cast.company.pk], place_da=HURTS[:100])
        names = dict.fromkeys(("alt_da", "alt_en", "caption_da", "caption_en", "credit"), f"Foto {HURTS}")
        content = saved(quarters(400, 300))
        for picture in (
            pictures.add_to_release(SYSTEM, row.release_id, upload(f"{HURTS}.jpg", content), **names),
            pictures.add_to_press_kit(SYSTEM, cast.company.pk, upload(f"{HURTS}.jpg", content), **names),
        ):
            make_sizes(str(picture.pk))
        documents.add(SYSTEM, row.release_id, upload(f"{HURTS}.txt", b"tal"), title=HURTS)
        told = dict.fromkeys(("name", "title_da", "title_en", "hours_da", "hours_en"), HURTS)
        contacts.add(SYSTEM, row.release_id, cast.company.pk, **told, phone="12 34 56 78")
        kits.write(SYSTEM, cast.company.pk, HURTS, HURTS)
        row = Version.objects.get(pk=row.pk)
        return put_on(row, HOUR)


def seen(content: bytes) -> None:
    """Nothing that was typed is an element or an attribute of the page."""
    root = html.document_fromstring(content)
    for element in root.iter(etree.Element):
        for name, value in element.items():
            assert not (name.startswith("on") and "alert" in value), (element.tag, name)
            assert not value.strip().lower().startswith("javascript:"), (element.tag, name)
        assert element.tag not in MARKS or "alert(1)" not in (element.text or "") or told_as_data(element)
        assert element.get("src") != "x"
        assert element.tag != "svg" or not element.get("onload")


def told_as_data(element: Any) -> bool:
    """Is it a block of data, in which no mark ends the block?"""
    if element.get("type") != "application/ld+json":
        return False
    json.loads(element.text)
    return "<" not in element.text


def pages(row: Version, cast: Cast, press: MailingList) -> Iterator[str]:
    release = [row.language, row.slug]
    yield reverse("newsroom")
    yield f"{reverse('newsroom-archive')}?q=Ny&organisation={cast.company.pk}"
    yield reverse("release", args=release)
    yield reverse("press-kit", args=[cast.company.pk])
    yield f"{reverse('ask-press', args=[cast.company.pk])}?version={row.pk}"
    yield reverse("subscribe")
    yield reverse("subscription", args=[links.choose_token(links.reader_of(Subscriber.objects.get()))])
    for name in ("press-desk", "my-releases", "press-inquiries", "press-lists"):
        yield reverse(name)
    yield reverse("press-list", args=[press.pk])
    yield reverse("press-inquiry", args=[Inquiry.objects.get().pk])
    for name in ("release-desk", "correct-release", "release-history", "sending-figures", "release-settings"):
        yield reverse(name, args=[row.pk])
    yield reverse("organisation", args=[cast.company.pk])


def test_scripts_in_names_are_words_at_every_door(cast: Cast, infested: Version, client: Client) -> None:
    press = MailingList.objects.create(organisation=cast.company, name=HURTS[:100])
    lists.add(SYSTEM, press.pk, Listed("rolf@example.org", HURTS, HURTS))
    with clock_at(HOUR):
        services.note_published(infested.pk)
        row = Version.objects.get(pk=infested.pk)
        words = Wording(headline=row.headline, lead=f"Nyt {HURTS}", body=row.body)
        services.correct(SYSTEM, row.pk, row.number, words, HURTS)
        subscribed(organisations=(cast.company.pk,))
        inquiries.ask(cast["outsider"], cast.company.pk, question(name=HURTS, outlet=HURTS, text=HURTS))
        client.force_login(cast.users["coordinator"])
        for door in pages(row, cast, press):
            answer = client.get(door)
            assert answer.status_code == 200, door
            assert b"script&gt;" in answer.content or b"alert(1)" not in answer.content, door
            seen(answer.content)
        for picture in Picture.objects.all():
            handed = Client().get(reverse("download-release-picture", args=[picture.pk]))
            assert handed.status_code == 200
            assert not set('<>"\r\n') & set(
                handed["Content-Disposition"].partition("filename=")[2].strip('"')
            )


@pytest.mark.parametrize("kind", KINDS)
def test_scripts_in_names_are_words_in_every_feed(infested: Version, kind: str) -> None:
    with clock_at(HOUR):
        content = Client().get(feed_path(kind)).content
    if kind == "json":
        (entry,) = json.loads(content)["items"]
        whole, headline = entry["content_html"], entry["title"]
    else:
        root = etree.fromstring(content)
        inner = "//a:entry/a:content" if kind == "atom" else "//item/content:encoded"
        (whole,), (headline, *_) = (
            [one.text for one in root.xpath(path, namespaces=NAMES)]
            for path in (inner, "//a:entry/a:title" if kind == "atom" else "//item/title")
        )
    assert headline == infested.headline
    seen(f"<html><body>{whole}</body></html>".encode())


def test_scripts_in_names_are_words_in_every_mail(
    cast: Cast,
    infested: Version,
    reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    reader("a@example.org")
    reader("w@example.org", pace="weekly", weekly_until=NOON)
    with clock_at(HOUR):
        inquiries.ask(cast["outsider"], cast.company.pk, question(name=HURTS, text=HURTS))
        inquiries.ask(VISITOR, cast.company.pk, question(name=HURTS, text=HURTS))
        work()
    with clock_at(HOUR + timedelta(days=8)):
        weekly.send_weekly()
        work()
    kinds = set(Mail.objects.values_list("kind", flat=True))
    assert {"newsroom.release", "newsroom.weekly", "newsroom.inquiry", "newsroom.inquiry_own"} <= kinds
    assert {"a@example.org", "w@example.org"} <= {one.recipients[0] for one in office.mails}
    for row in Mail.objects.all():
        assert_harmless(row)


def assert_harmless(row: Mail) -> None:
    """Lines as long as RFC 5322 (2.1.1) lets them be, the headers that we write and no other, and HTML without any
    mark that was typed, in which nothing is fetched."""
    content = composed(row)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    message = message_from_bytes(content, policy=default)
    assert {*message.keys()} <= HEADERS
    assert len(message.keys()) == len({*message.keys()})
    assert message["Subject"].split() == row.subject.split()
    ((name, address),) = getaddresses([message_from_bytes(content)["To"]])
    assert (str(make_header(decode_header(name))), address) == (row.name, row.address)
    body = message.get_body(("html",)).get_content()
    seen(body.encode())
    root = html.document_fromstring(body)
    assert root.get("lang") == row.language
    assert not root.xpath("//img|//link|//iframe|//script|//*[@src]|//*[@background]")
    assert "url(" not in body
    assert len(body.encode()) < 102_000


HEADERS = {
    *("Date", "Message-ID", "Content-Language", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "From", "To", "Reply-To", "Subject"),
    *("MIME-Version", "Content-Type"),
}


@pytest.mark.parametrize("case", NAUGHTY)
def test_no_text_begins_a_header(cast: Cast, case: str) -> None:
    text = storable(NAUGHTY[case])
    press = MailingList.objects.create(organisation=cast.company, name="Press")
    name = " ".join(text.split())[:150].strip()
    try:
        lists.add(SYSTEM, press.pk, Listed("rolf@example.org", name))
    except Invalid:
        # A name with orders for a terminal in it, or whatever else no header holds.
        assert case == "control"
        return
    with clock_at(NOON):
        words = Wording(headline=f"{text[:150]} æ", lead=text[:2000], body=text)
        row = put_on(write(words, [cast.company.pk]), HOUR)
        sending.name_lists(SYSTEM, row.pk, [press.pk])
    with clock_at(HOUR):
        assert sending.send(row.pk) == 1
    assert_harmless(Mail.objects.get(kind="newsroom.release"))


DOORS = ("confirm-subscription", "subscription", "leave-newsroom", "confirm-inquiry", "mail-link")
"""Where a signed link leads that stands in mail."""


@pytest.fixture
def tokens(cast: Cast) -> dict[str, str]:
    """A good token for each door, all of one reader's; by the names of `DOORS`."""
    with clock_at(NOON):
        kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
        row = subscribed()
        asked = inquiries.ask(VISITOR, cast.company.pk, question(email=READER))
        assert asked is not None
        ask("new@example.org")
        reader = links.reader_of(row)
        found = {
            "confirm-subscription": last_mail("new@example.org").text.split("subscribe/confirm/")[1],
            "subscription": links.choose_token(reader),
            "leave-newsroom": links.leave_url(reader).split("/leave/")[1],
            "confirm-inquiry": inquiries.prove_url(asked).split("/confirm/")[1],
            "mail-link": choices_token(last_mail().pk),
        }
    return {door: token.split("/")[0].split()[0] for door, token in found.items()}


def kept() -> str:
    """What the newsroom keeps of readers."""
    models = (Subscriber, Suppression, Inquiry, ListEntry)
    return str([list(model._default_manager.order_by("pk").values()) for model in models])


def tried(door: str, token: str) -> set[int]:
    """What looking and every kind of acting answer."""
    client, where = Client(), reverse(door, args=[token])
    sent = [{}, {"List-Unsubscribe": "One-Click"}, {"never": "1"}, {"chosen": "1"}, {"pause": "1"}]
    return {client.get(where).status_code, *(client.post(where, one).status_code for one in sent)}


@pytest.mark.parametrize("door", DOORS)
def test_a_link_opens_its_own_door_alone(tokens: dict[str, str], door: str) -> None:
    before = kept()
    with clock_at(NOON + timedelta(hours=1)):
        for own, token in tokens.items():
            if own != door:
                assert tried(door, token) == {404}, own
        assert kept() == before
        assert Client().get(reverse(door, args=[tokens[door]])).status_code == 200
        assert kept() == before


@pytest.mark.parametrize("door", DOORS)
def test_a_forged_link_opens_nothing(tokens: dict[str, str], door: str, settings) -> None:
    token, before = tokens[door], kept()
    value, _, signature = token.partition(".")
    with clock_at(NOON + timedelta(hours=1)):
        forged = [
            value,
            f"{value}.",
            f".{signature}",
            f"{value}.{signature[:-1]}",
            f"{value}.{signature}A",
            f"{value[:-1]}{'0' if value[-1] != '0' else '1'}.{signature}",
            f"{value}.{signature.swapcase()}",
            f"{token}.{signature}",
            "x" * 5000,
            "\u2603",
        ]
        for one in forged:
            assert tried(door, one) == {404}, one
        settings.SECRET_KEY = "another installation's"
        assert tried(door, token) == {404}
    assert kept() == before


def test_links_of_somebody_who_was_erased_do_nothing(tokens: dict[str, str], client: Client) -> None:
    with clock_at(NOON + timedelta(hours=1)):
        for address in (READER, "new@example.org"):
            erase_everywhere(SYSTEM, Subject(addresses=frozenset({address})))
        before = kept()
        for door in DOORS:
            # Leaving says yes to whoever has nothing to leave: a mail program is to ask once.
            assert tried(door, tokens[door]) <= ({200} if door == "leave-newsroom" else {404}), door
        page = client.post(
            reverse("leave-newsroom", args=[tokens["leave-newsroom"]]), {"never": "1"}, headers=ENGLISH
        )
    assert kept() == before
    assert "kept here any more" in page.content.decode()


def test_never_is_not_said_where_the_address_is_not_known_any_more(client: Client) -> None:
    ask()
    where = links.leave_url(links.reader_of(Subscriber.objects.get())).removeprefix(SITE)
    assert client.post(where, {"List-Unsubscribe": "One-Click"}).content == b"OK\n"
    page = client.post(where, {"never": "1"}, headers=ENGLISH)
    assert "nobody can subscribe" not in page.content.decode()
    assert not Suppression.objects.exists()


def test_a_link_does_not_begin_again_what_was_ended(tokens: dict[str, str], client: Client) -> None:
    with clock_at(NOON + timedelta(hours=1)):
        confirming = reverse("confirm-subscription", args=[tokens["confirm-subscription"]])
        assert client.post(confirming).status_code == 302
        row = Subscriber.objects.get(address="new@example.org")
        subscribing.leave(links.reader_of(row))
        before = kept()
        assert tried("confirm-subscription", tokens["confirm-subscription"]) == {404}
        assert tried("subscription", links.choose_token(links.reader_of(row))) <= {200, 409}
    assert kept() == before


def test_nothing_that_somebody_else_chose_reaches_an_address(client: Client, cast: Cast) -> None:
    with clock_at(HOUR):
        services.note_published(put_on(write(WORDS, [cast.company.pk]), HOUR).pk)
        hostile_form = {
            **dict.fromkeys(("name", "subject", "message", "words", "next", "shown_in"), HURTS),
            "organisations": [str(cast.company.pk)],
            "pace": "weekly",
        }
        said = set()
        for number, more in enumerate(({}, hostile_form)):
            form = {"address": f"r{number}@example.org", "language": "en", "pace": "at_once", "agreed": "on"}
            answer = client.post(
                reverse("subscribe"), {**form, **more}, headers={"referer": f"http://x/{HURTS}"}
            )
            assert answer.status_code == 302
            mail = last_mail(f"r{number}@example.org")
            tokens = [one.split("/")[-2] for one in mail.text.split() if "/newsroom/" in one]
            words = mail.subject + mail.text + mail.html
            for token in tokens:
                words = words.replace(token, "")
            said.add(words)
    assert len(said) == 1


def test_who_was_named_in_a_question_can_say_never(cast: Cast) -> None:
    kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
    inquiries.ask(VISITOR, cast.company.pk, question(email=READER))
    mail = last_mail()
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    where = mail.headers["List-Unsubscribe"].strip("<>")
    assert where in mail.text
    program = Client(enforce_csrf_checks=True)
    assert READER in program.get(where.removeprefix(SITE)).content.decode()
    assert Inquiry.objects.count() == 1
    assert program.post(where.removeprefix(SITE), {"never": "1"}).status_code == 200
    assert not Inquiry.objects.exists()
    for number in range(3):
        assert inquiries.ask(VISITOR, cast.company.pk, question(email=READER, text=f"{number}")) is None
    ask()
    assert Mail.objects.count() == 1


def test_one_click_withdraws_the_question_of_somebody_else(cast: Cast) -> None:
    kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
    inquiries.ask(VISITOR, cast.company.pk, question(email=READER))
    proven = inquiries.ask(cast["outsider"], cast.company.pk, question(text="Another"))
    where = last_mail().headers["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(where, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"OK\n")
    assert list(Inquiry.objects.all()) == [proven]


@pytest.mark.parametrize("case", list(hostile()))
def test_no_door_takes_a_picture_that_would_hurt(
    cast: Cast, client: Client, draft: Version, case: str
) -> None:
    name, content, _ = hostile()[case]
    words = {"alt_da": "En seng", "alt_en": "A bed", "credit": "Foto", "licence": "press"}
    client.force_login(cast.users["coordinator"])
    for where in (
        reverse("add-release-picture", args=[draft.pk]),
        reverse("add-press-picture", args=[cast.company.pk]),
    ):
        answer = client.post(where, {**words, "file": upload(name, content)})
        assert answer.status_code == 400, where
    assert not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [0, 100])
def test_a_server_that_is_asked_for_a_feed_a_thousand_times_in_a_second_goes_on(
    cast: Cast, live_server, settings, most: int
) -> None:
    """With and without a limit for one address: each request is answered, in its turn and as it should be."""
    with clock_at(NOON):
        row = put_on(write(WORDS, [cast.company.pk]), HOUR)
    cache.clear()
    address = live_server.url.removeprefix("http://")
    whole = Client().get(feed_path("atom"))
    settings.VIDENSBRO_FEED_REQUESTS = most
    flood, read = Flood(address, feed_path("atom"), whole["ETag"]), Counter[int]()

    def meanwhile() -> None:
        line = http.client.HTTPConnection(address, timeout=60)
        line.request("GET", f"/newsroom/da/{row.slug}/")
        read[line.getresponse().status] += 1
        line.close()

    flood.run(meanwhile)
    assert len(flood.answers) == 1000
    assert None not in flood.answers
    for number, one in enumerate(flood.answers):
        if one.status == 429:
            assert 0 < int(one.headers["retry-after"]) <= 60
        else:
            expected = (304, b"") if number % 2 else (200, whole.content)
            assert (one.status, one.content) == expected
            assert one.headers["etag"] == whole["ETag"]
    answered = sum(one.status != 429 for one in flood.answers)
    # One place is answered so often in a minute, and told to wait from then on; people who read are not disturbed.
    assert answered == 1000 if most == 0 else most <= answered < 1000
    meanwhile()
    assert set(read) == {200}
    settings.VIDENSBRO_FEED_REQUESTS = 0
    assert Client().get(feed_path("atom")).content == whole.content
