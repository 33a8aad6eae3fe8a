"""Source strings are found, catalogues are read and written without loss, and the Danish one is complete."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scripts import messages
from scripts.translation import catalogue, sources
from scripts.translation.catalogue import Entry
from scripts.translation.sources import Message

TEXTS = st.text(
    st.characters(exclude_characters="\x00\x04\r", exclude_categories=("Cs",)), min_size=1
).filter(lambda text: text.splitlines() == text.split("\n") or "\n" not in text)


def test_the_danish_translation_is_complete() -> None:
    wanted = sources.collect(messages.HUB)
    for path in messages.catalogues():
        assert catalogue.problems(catalogue.read(path), wanted) == []


def test_python_strings_are_found() -> None:
    text = "\n".join(
        (
            '_("one" " long")',
            'ngettext("%(n)d a", "%(n)d b", n)',
            'module.gettext("two")',
            'pgettext("c", "d")',
            "_(name)",
            "f\"{_('in')}\"",
        )
    )
    assert set(sources.python_messages(text)) == {
        Message("one long"),
        Message("%(n)d a", plural="%(n)d b"),
        Message("two"),
        Message("d", context="c"),
        Message("in"),
    }


def test_an_import_by_another_name_hides_no_string() -> None:
    text = "from django.utils.translation import gettext as now, pgettext as there\nnow('one')\nthere('c', 'two')"
    assert set(sources.python_messages(text)) == {Message("one"), Message("two", context="c")}


def test_template_strings_are_found_as_django_looks_them_up() -> None:
    text = (
        "{% translate 'a' %}{% translate \"b\" as c %}{% translate name %}"
        "{% blocktranslate with x=y %}100% of {{ x }}{% endblocktranslate %}"
        "{% blocktranslate count n=m %}{{ n }} thing{% plural %}{{ n }} things{% endblocktranslate %}"
    )
    assert list(sources.template_messages(text)) == [
        Message("a"),
        Message("b"),
        Message("100%% of %(x)s"),
        Message("%(n)s thing", plural="%(n)s things"),
    ]


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_a_catalogue_is_read_as_it_was_written(tmp_path_factory, pairs: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("da") / "LC_MESSAGES" / "django.po"
    path.parent.mkdir()
    entries = {Message(text): Entry(Message(text), (translated,)) for text, translated in pairs.items()}
    catalogue.write(path, entries)
    assert catalogue.read(path) == entries


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_the_compiled_form_is_read_by_gettext(pairs: dict[str, str]) -> None:
    entries = {Message(text): Entry(Message(text), (translated,)) for text, translated in pairs.items()}
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(entries)))
    assert {text: read.gettext(text) for text in pairs} == pairs


def test_plurals_and_contexts_are_read_by_gettext() -> None:
    plural, context = Message("a bridge", plural="%(n)d bridges"), Message("Open", context="state")
    entries = {
        plural: Entry(plural, ("en bro", "%(n)d broer")),
        context: Entry(context, ("Åben",)),
        Message("x"): Entry(Message("x"), ("",)),
    }
    read = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(entries)))
    assert [read.ngettext("a bridge", "%(n)d bridges", n) for n in (1, 0, 5)] == [
        "en bro",
        "%(n)d broer",
        "%(n)d broer",
    ]
    assert read.pgettext("state", "Open") == "Åben"
    assert read.gettext("x") == "x"


def test_what_is_wrong_is_told() -> None:
    wanted = [Message("a"), Message("b %(x)s"), Message("c"), Message("d {name}")]
    entries = {
        Message("b %(x)s"): Entry(Message("b %(x)s"), ("b %(y)s",)),
        Message("c"): Entry(Message("c"), ("c",), fuzzy=True),
        Message("d {name}"): Entry(Message("d {name}"), ("d {name}",)),
        Message("gone"): Entry(Message("gone"), ("væk",)),
    }
    found = catalogue.problems(entries, wanted)
    assert [line.split(":")[0].split(" (")[0] for line in found] == [
        "not translated",
        "placeholders differ",
        "marked as doubtful",
        "no longer used",
    ]


def test_paths_are_the_hubs() -> None:
    assert messages.catalogues() == [Path(messages.LOCALE) / "da" / "LC_MESSAGES" / "django.po"]
