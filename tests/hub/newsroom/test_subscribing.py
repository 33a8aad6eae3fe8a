"""Whoever reads an address decides whether releases come to it, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.post_office import PostOffice, office  # noqa: F401
from tests.hub.newsroom.readers import READER, SITE, WORDS, ask, last_mail, path, subscribed, token
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.services import SEND
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.addresses import canonical, digest_of
from vidensbro.hub.newsroom.models import ListEntry, MailingList, Subscriber, Suppression
from vidensbro.hub.newsroom.queries import subscribing as queries
from vidensbro.hub.newsroom.services import inquiries, journalists, kits
from vidensbro.hub.newsroom.services import subscribing as services
from vidensbro.hub.newsroom.services.consent import Wishes
from vidensbro.hub.newsroom.services.subscribing import wishes_of
from vidensbro.hub.outbox import services as outbox

pytestmark = pytest.mark.django_db
State = Subscriber.State


def state(address: str = READER) -> str:
    return Subscriber.objects.get(address=address).state


def posted(client: Client, **given: object):
    form = {"address": READER, "language": "en", "pace": "at_once", "agreed": "on", **given}
    return client.post(reverse("subscribe"), form)


def test_nothing_comes_before_the_reader_has_confirmed_and_the_proof_is_kept(client: Client) -> None:
    with clock_at(NOON):
        answer = posted(client)
    assert answer.status_code == 302
    assert answer.url == reverse("subscription-asked")
    assert state() == State.PENDING
    where = path(last_mail(), "subscribe/confirm")
    with clock_at(NOON + timedelta(hours=1)):
        # A scanner of mail opens every link, more than once.
        for _ in range(3):
            assert client.get(where).status_code == 200
            assert client.head(where).status_code == 200
        assert state() == State.PENDING
        done = client.post(where)
    assert done.status_code == 302
    row = Subscriber.objects.get()
    given = row.consent["given"]
    assert (row.state, row.confirmed) == (State.ACTIVE, NOON + timedelta(hours=1))
    assert "press releases" in given["words"]
    assert (given["shown_in"], given["asked"]) == ("en", NOON.isoformat())
    assert given["confirmed"] == (NOON + timedelta(hours=1)).isoformat()
    assert client.get(done.url).status_code == 200


def test_the_answer_is_the_same_for_every_address(client: Client) -> None:
    subscribed("known@example.org")
    services.never_again(links.reader_of(subscribed("never@example.org")))
    before = Mail.objects.count()
    answers = [posted(client, address=f"{one}@example.org") for one in ("known", "never", "new")]
    assert {(one.status_code, one.url) for one in answers} == {(302, reverse("subscription-asked"))}
    assert len({client.get(one.url).content.count(b"@") for one in answers}) == 1
    assert Mail.objects.count() == before + 2
    assert last_mail("known@example.org").kind == "newsroom.known"


def test_an_address_gets_a_few_such_mails_and_no_more(client: Client) -> None:
    with clock_at(NOON):
        assert {posted(client).status_code for _ in range(8)} == {302}
        assert Mail.objects.filter(address=READER).count() == 3
    with clock_at(NOON + timedelta(hours=2)):
        for _ in range(8):
            ask()
    assert Mail.objects.filter(address=READER).count() == 6
    with clock_at(NOON + timedelta(hours=5)):
        ask()
    assert Mail.objects.filter(address=READER).count() == 6


def test_one_place_may_not_ask_without_end(client: Client) -> None:
    answers = [posted(client, address=f"reader{number}@example.org").status_code for number in range(22)]
    assert answers[:20] == [302] * 20
    assert answers[-1] == 429


def test_somebody_else_cannot_change_what_a_reader_gets() -> None:
    row = subscribed(pace="weekly")
    ask(pace="at_once")
    assert wishes_of(Subscriber.objects.get(pk=row.pk)).pace == "weekly"
    services.leave(links.reader_of(row))
    ask(pace="at_once")
    row.refresh_from_db()
    assert (row.state, row.pace) == (State.LEFT, "weekly")


def test_asking_again_does_not_void_the_link_that_the_reader_has() -> None:
    ask(pace="weekly")
    first = token(last_mail())
    ask()
    assert services.confirm(first).pace == "weekly"
    with pytest.raises(NotFound):
        services.confirm(token(last_mail()))


def test_a_link_is_good_for_a_week_once_and_not_after_leaving() -> None:
    with clock_at(NOON):
        ask()
    link = token(last_mail())
    with clock_at(NOON + timedelta(days=7)), pytest.raises(NotFound):
        services.confirm(link)
    with clock_at(NOON + timedelta(days=6, hours=23)):
        row = services.confirm(link)
        confirmed = row.confirmed
    with clock_at(NOON + timedelta(days=8)):
        assert services.confirm(link).confirmed == confirmed
        services.leave(links.reader_of(row))
        with pytest.raises(NotFound):
            services.confirm(link)
    assert state() == State.LEFT


@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: "f" + one[1:], lambda one: "x" + one])
def test_forged_links_open_nothing(client: Client, change) -> None:
    row = subscribed()
    reader = links.reader_of(row)
    forged = change(token(last_mail()))
    assert client.get(f"/newsroom/subscribe/confirm/{forged}/").status_code == 404
    assert client.post(f"/newsroom/subscribe/confirm/{forged}/").status_code == 404
    choosing = change(links.choose_token(reader))
    if choosing != links.choose_token(reader):
        assert client.get(f"/newsroom/subscription/{choosing}/").status_code == 404
        assert client.post(f"/newsroom/leave/{choosing}/", {"leave": "1"}).status_code == 404
    assert state() == State.ACTIVE


def test_a_link_for_one_purpose_does_not_serve_another(client: Client) -> None:
    row = subscribed()
    reader = links.reader_of(row)
    leaving = links.leave_url(reader).rstrip("/").rsplit("/", 1)[1]
    assert client.get(f"/newsroom/subscription/{leaving}/").status_code == 404
    assert client.post(f"/newsroom/leave/{links.choose_token(reader)}/").status_code == 404
    assert client.post(f"/newsroom/subscribe/confirm/{leaving}/").status_code == 404


def test_one_click_in_the_mail_program_is_enough_even_on_the_first_mail() -> None:
    ask()
    mail = last_mail()
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail.headers["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    program = Client(enforce_csrf_checks=True)
    assert program.get(url).status_code == 200
    assert Subscriber.objects.count() == 1
    for _ in range(2):
        answer = program.post(url, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"OK\n")
    assert not Subscriber.objects.exists()
    with pytest.raises(NotFound):
        services.confirm(token(mail))


def test_the_link_of_an_earlier_mail_ends_what_was_asked_for_since() -> None:
    ask()
    first = last_mail().headers["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    Subscriber.objects.all().delete()
    subscribed()
    assert Client().post(first, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert state() == State.LEFT


def test_leaving_takes_the_reader_off_every_list_and_looking_does_not(client: Client, cast: Cast) -> None:
    row = subscribed()
    press = MailingList.objects.create(name="Press", organisation=cast.company)
    entry = ListEntry.objects.create(list=press, address=READER, language="en")
    url = links.leave_url(links.reader_of(entry)).removeprefix(SITE)
    assert READER in client.get(url).content.decode()
    assert state() == State.ACTIVE
    assert client.post(url, {"leave": "1"}).status_code == 200
    assert client.post(url, {"leave": "1"}).status_code == 200
    entry.refresh_from_db()
    assert (state(), entry.left is not None) == (State.LEFT, True)
    assert Subscriber.objects.get(pk=row.pk).consent["earlier"][0]["words"] == WORDS


def test_never_means_that_nobody_can_ask_for_the_address_until_staff_lift_it(cast: Cast) -> None:
    ask()
    services.never_again(links.leaver_of(token(last_mail(), "leave")))
    assert Suppression.objects.get().digest == digest_of(READER)
    count = Mail.objects.count()
    ask()
    ask(READER.upper())
    assert Mail.objects.count() == count
    with pytest.raises(Denied):
        services.lift(cast["coordinator"], READER)
    assert services.lift(SYSTEM, READER)
    ask()
    assert Mail.objects.count() == count + 1


def test_a_pause_keeps_what_was_chosen(client: Client, cast: Cast) -> None:
    row = subscribed(organisations=(cast.company.pk,), pace="weekly")
    page = reverse("subscription", args=[links.choose_token(links.reader_of(row))])
    assert client.get(page).status_code == 200
    assert client.post(page, {"pause": "1"}).status_code == 302
    assert state() == State.PAUSED
    assert "come_back" in client.get(page).content.decode()
    assert client.post(page, {"come_back": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.paused_why) == (State.ACTIVE, "")
    assert wishes_of(row) == Wishes("en", "weekly", (), (cast.company.pk,))


def test_the_reader_chooses_with_the_link(client: Client, cast: Cast) -> None:
    row = subscribed(organisations=(cast.company.pk,))
    page = reverse("subscription", args=[links.choose_token(links.reader_of(row))])
    given = {"chosen": "1", "language": "da", "pace": "weekly", "organisations": [str(cast.company.pk)]}
    assert client.post(page, given).status_code == 302
    row.refresh_from_db()
    assert wishes_of(row) == Wishes("da", "weekly", (), (cast.company.pk,))
    # An organisation that has published nothing is none to choose: that it prepares something stays unknown.
    other = {**given, "organisations": [str(cast.university.pk)]}
    assert client.post(page, other).status_code == 400
    assert client.post(page, {**given, "language": "xx"}).status_code == 400
    services.leave(links.reader_of(row))
    assert client.post(page, given).status_code == 409
    with pytest.raises(Conflict):
        services.pause(links.reader_of(row))


def test_issuers_are_told_from_the_hour_on_and_not_before(cast: Cast, scheduled) -> None:
    with clock_at(NOON):
        version = scheduled()
        assert queries.issuers_to_choose() == []
    with clock_at(version.publish_at):
        assert {one.pk for one in queries.issuers_to_choose()} == {cast.company.pk, cast.university.pk}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Rita@Example.ORG ", "rita@example.org"),
        ("rita@bøger.dk", "rita@xn--bger-gra.dk"),
        ("rita@BØGER.dk", "rita@xn--bger-gra.dk"),
        ("rita@bo\u0308ger.dk", "rita@xn--bger-5qa.dk"),
        # The sign of kelvin is a small k once it is lower case: the mail goes to the k.
        ("\u212aim@example.org", "kim@example.org"),
    ],
)
def test_one_address_is_one_reader_however_it_is_typed(typed: str, kept: str) -> None:
    assert canonical(typed) == kept
    ask(typed)
    ask(kept)
    assert list(Subscriber.objects.values_list("address", flat=True)) == [kept]


@pytest.mark.parametrize(
    "typed",
    [
        "rita@example.org\nBcc: all@example.org",
        "rita@example.org\r\nSubject: x",
        "rita@example.org, other@example.org",
        "Rita <rita@example.org>",
        "rita\u2028@example.org",
        "ri\u017ftas@example.org",
        "ærlig@example.org",
        "rita@",
        "",
        "r" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_reaches_no_header(client: Client, typed: str) -> None:
    with pytest.raises(Invalid):
        ask(typed)
    assert posted(client, address=typed).status_code == 400
    assert not Mail.objects.exists()
    assert not Subscriber.objects.exists()


def test_the_form_says_what_is_missing_and_changes_nothing_when_opened(client: Client) -> None:
    assert client.get(reverse("subscribe")).status_code == 200
    empty = client.post(reverse("subscribe"), {})
    assert empty.status_code == 400
    assert "form-errors" in empty.content.decode()
    assert posted(client, agreed="").status_code == 400
    assert not Subscriber.objects.exists()


def test_pages_and_mail_speak_danish(client: Client) -> None:
    services.ask(READER, Wishes("da"), WORDS, "da")
    mail = last_mail()
    assert mail.language == "da"
    page = client.get(path(mail, "subscribe/confirm"))
    assert page.headers["Content-Language"] == "da"
    assert '<html lang="da">' in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("how", ["never", "leave", "confirm"])
def test_no_confirmation_is_asked_for_by_a_mail_that_was_still_on_its_way(
    how: str,
    cast: Cast,
    office: PostOffice,  # noqa: F811
) -> None:
    kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
    for _ in range(2):
        ask()
    inquiries.ask(VISITOR, cast.company.pk, inquiries.Question("Rita", READER, "Hvornår?"))
    first = Mail.objects.filter(kind="newsroom.confirm").earliest("pk")
    reader = links.leaver_of(token(first, "leave"))
    {
        "never": services.never_again,
        "leave": services.leave,
        "confirm": lambda _: services.confirm(token(first)),
    }[how](reader)
    outbox.drain({SEND})
    # Who confirms is asked no more about that, but may still prove that the question is hers.
    left = {"newsroom.inquiry_own": "sent"} if how == "confirm" else {"newsroom.inquiry_own": "suppressed"}
    assert dict(Mail.objects.values_list("kind", "state")) == {"newsroom.confirm": "suppressed", **left}
    assert len(office.mails) == (1 if how == "confirm" else 0)


def test_who_says_never_is_not_told_either_that_the_subscription_was_there(office: PostOffice) -> None:  # noqa: F811
    row = subscribed()
    ask()
    services.never_again(links.reader_of(row))
    outbox.drain({SEND})
    assert not office.mails


def test_every_mail_can_be_answered_with_one_click(cast: Cast, client: Client) -> None:
    kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
    row = subscribed()
    ask()
    asked = inquiries.ask(VISITOR, cast.company.pk, inquiries.Question("Rita", READER, "Hvornår?"))
    assert asked is not None
    inquiries.prove(inquiries.prove_url(asked).rstrip("/").rsplit("/", 1)[1])
    journalists.trust(SYSTEM, cast.users["outsider"].email, "Avisen")
    mails = {one.key.partition(":")[0]: one.headers for one in Mail.objects.all()}
    assert {"inquiry-received", "inquiry-asked", "journalist-trusted", "newsroom.known"} <= set(mails)
    for kind, headers in mails.items():
        assert headers.get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click", kind
    # The copy of a question is a mail like any other: who has enough says so there.
    where = mails["inquiry-received"]["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    assert client.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    row.refresh_from_db()
    assert row.state == State.LEFT
