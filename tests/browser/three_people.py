"""Three people, each with a browser, and the post office that their mail comes through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from playwright.sync_api import Page

from tests.hub.mail.conftest import PostOffice
from vidensbro.hub.outbox.services import drain

Start = Callable[[], Page]


@dataclass
class Words:
    """What pages and mails say in one language, as the reader of that language expects it."""

    posted: str
    found: str
    ask: str
    will_see: str
    sent: str
    would_meet: str
    nothing_told: str
    agreement: str
    thanks: str
    introduced: str
    meet: str
    to_the_collaboration: str
    happened: str
    signed: str
    result: str
    confidential: str


DANISH = Words(
    posted="Slået op",
    found="Det fandt vi",
    ask="Bed om en introduktion",
    will_see="Dette vil den anden part se",
    sent="Sendt. Du får en mail",
    would_meet="Vil du mødes til en snak?",
    nothing_told="Ikke oplyst endnu",
    agreement="Fortrolighedsaftale",
    thanks="Tak for dit svar",
    introduced="I er introduceret for hinanden",
    meet="Mød hinanden:",
    to_the_collaboration="Til samarbejdet",
    happened="Hvad der er sket",
    signed="samarbejdsaftale",
    result="Publikation",
    confidential="Fortrolige behov",
)
ENGLISH = Words(
    posted="Posted",
    found="What we found",
    ask="Ask for an introduction",
    will_see="This is what the other side will see",
    sent="Sent. You get a mail",
    would_meet="Would you meet?",
    nothing_told="Not told yet",
    agreement="Confidentiality agreement",
    thanks="Thank you for your answer",
    introduced="You have been introduced",
    meet="Meet each other:",
    to_the_collaboration="To the collaboration",
    happened="What happened",
    signed="collaboration agreement",
    result="publication",
    confidential="Confidential needs",
)
WORDS = {"da": DANISH, "en": ENGLISH}


@dataclass
class Someone:
    """One person with a browser and a mailbox. Everything that was on the screen or in the mailbox is kept."""

    page: Page
    address: str
    words: Words
    office: PostOffice
    seen: list[str] = field(default_factory=list, repr=False)

    def open(self, path: str) -> None:
        """Go to a page."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        self._look()

    def press(self, selector: str) -> None:
        """Press something that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self._look()

    def fill(self, **values: str) -> None:
        """Write into fields of the page's form, by name."""
        for name, value in values.items():
            self.page.fill(f"main [name={name}]", value)

    def choose(self, **values: str) -> None:
        """Choose in lists of the page's form, by name."""
        for name, value in values.items():
            self.page.select_option(f"main [name={name}]", value)

    def tick(self, name: str, value: str = "") -> None:
        """Tick a box or a choice."""
        self.page.check(f"main [name={name}]" + (f"[value='{value}']" if value else ""))

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("body")

    def mails(self) -> list[EmailMessage]:
        """What has come for this person, the newest first."""
        drain()
        return [one.message for one in reversed(self.office.mails) if one.recipients == [self.address]]

    def newest(self, subject: str) -> EmailMessage:
        """The newest mail with these words in its subject."""
        found = [one for one in self.mails() if subject in str(one["subject"])]
        assert found, [str(one["subject"]) for one in self.mails()]
        return found[0]

    def follow(self, mail: EmailMessage, path: str) -> None:
        """Open the link in the text of a mail."""
        self.open(link_in(mail, path))

    def everything(self) -> str:
        """All that was on the screen and in the mails so far."""
        return "\n".join([*self.seen, *(readable(one) for one in self.mails())])

    def status(self, path: str) -> int:
        """What the site answers when this person asks for a page."""
        return self.page.request.get(path, max_redirects=0).status

    def body(self, path: str) -> str:
        """The source of a page as this person gets it."""
        return self.page.request.get(path).text()

    def _look(self) -> None:
        self.seen.append(self.page.content())


def readable(mail: EmailMessage) -> str:
    """Everything in a mail that a reader or a program of the reader's sees."""
    headers = [f"{name}: {value}" for name, value in mail.items() if name.lower() != "to"]
    return "\n".join([*headers, *(_content(part) for part in mail.walk() if not part.is_multipart())])


def text_of(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage, path: str) -> str:
    """The address in the text part whose path begins like this."""
    found = re.search(rf"^https?://[^/\s]+({re.escape(path)}\S*)", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found[0]


def _content(part: object) -> str:
    assert isinstance(part, EmailMessage)
    content = part.get_content()
    return content.decode("utf-8") if isinstance(content, bytes) else str(content)
