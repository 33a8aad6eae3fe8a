"""The line before it is parsed: global options, language, help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.cli.command import environment, run
from vidensbro.hub.cli.language import wanted
from vidensbro.hub.cli.options import FLAGS, Global, take_global

PLAIN = st.text(min_size=1).filter(
    lambda word: word not in FLAGS and not word.startswith("--lang") and word != "--"
)

COMMANDS = (
    ("run",),
    ("match",),
    ("import",),
    ("import", "ror"),
    ("import", "openalex"),
    ("import", "plain"),
    ("import", "district"),
    ("import", "lexicon"),
    ("import", "template"),
    ("import", "status"),
    ("import", "resume"),
    *(
        ("import", one)
        for one in (
            *("cordis", "eu-calls", "oai", "orcid", "uniquip"),
            *("clinicaltrials", "cvr", "structural-funds", "fetch", "undo", "schedule"),
        )
    ),
    *(("import", "schedule", one) for one in ("list", "add", "pause", "go-on", "remove", "run-due")),
    ("index",),
    ("index", "status"),
    ("index", "build"),
    ("index", "verify"),
    ("evaluate",),
    ("ranker",),
    ("ranker", "train"),
    ("ranker", "show"),
    ("users",),
    ("users", "list"),
    ("users", "add"),
    ("users", "role"),
    ("users", "password"),
    ("users", "deactivate"),
    ("users", "activate"),
    ("users", "invite"),
    ("users", "reset-second-factor"),
    ("privacy",),
    ("privacy", "record"),
    ("privacy", "export"),
    ("privacy", "erase"),
    ("mail",),
    ("mail", "status"),
    ("mail", "send-test"),
    ("mail", "retry"),
    ("newsroom",),
    ("newsroom", "bring-in"),
    ("newsroom", "bounces"),
    ("newsroom", "lift"),
    ("desk",),
    ("doctor",),
    ("backup",),
    ("restore",),
    ("web",),
    ("worker",),
    ("version",),
)


@given(st.lists(PLAIN))
def test_what_is_not_global_stays_in_its_order(words: list[str]) -> None:
    assert take_global(words) == (Global(), words)


@given(st.lists(PLAIN), st.lists(PLAIN))
def test_global_options_are_taken_from_anywhere(before: list[str], after: list[str]) -> None:
    line = [*before, "--lang", "da", *after, "--no-color", "--debug"]
    assert take_global(line) == (Global("da", True, True), [*before, *after])


@given(st.lists(st.text()))
def test_nothing_is_taken_behind_two_dashes(words: list[str]) -> None:
    assert take_global(["match", "--", "--debug", *words]) == (Global(), ["match", "--", "--debug", *words])


def test_an_unknown_language_is_left_for_the_parser() -> None:
    assert take_global(["--lang", "sv", "version"]) == (Global(), ["--lang", "sv", "version"])
    assert take_global(["--lang=da", "version"]) == (Global("da"), ["version"])


@pytest.mark.parametrize(
    ("given", "environment", "expected"),
    [
        ("en", {"LC_ALL": "da_DK.UTF-8"}, "en"),
        ("", {"LC_ALL": "da_DK.UTF-8", "LANG": "en_GB.UTF-8"}, "da"),
        ("", {"LC_MESSAGES": "da_DK", "LANG": "C"}, "da"),
        ("", {"LC_ALL": "C.UTF-8", "LANG": "da_DK.UTF-8"}, "en"),
        ("", {"LANG": "da"}, "da"),
        ("", {"LANG": "sv_SE.UTF-8"}, "en"),
        ("", {"LANG": "dav_KE"}, "en"),
        ("", {}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(given: str, environment: dict[str, str], expected: str) -> None:
    assert wanted(given, environment) == expected


def test_help_needs_neither_django_nor_the_engine(tmp_path) -> None:
    program = (
        "import sys\nfrom vidensbro.hub.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'django.conf', 'django.db', 'numpy', 'lxml', 'onnxruntime'}\n"
        "found = heavy & set(sys.modules)\nassert not found, found\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(tmp_path / "none"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "match" in done.stdout
    assert not (tmp_path / "none").exists()


def test_every_command_has_a_page_of_help(capsys) -> None:
    from vidensbro.hub.cli.app import execute

    for command in COMMANDS:
        assert execute([*command, "--help"], Global()) == 0
        assert f"Usage: vidensbro {' '.join(command)}" in capsys.readouterr().out


def test_no_command_is_missing_above() -> None:
    import typer.main

    from vidensbro.hub.cli.app import build

    root = typer.main.get_command(build())
    assert set(paths(root)) == set(COMMANDS)


def paths(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if hasattr(command, "commands"):
            yield from paths(command, (*before, name))


WRONG = (
    (["mach", "text"], "Did you mean “match”?"),
    (["frob"], "There is no command “frob”."),
    (["match", "--nothing"], "There is no option --nothing."),
    (["match", "--limt", "3", "text"], "Did you mean “--limit”?"),
    (["match"], "--file"),
    (["match", "a", "sensor"], "quotation marks"),
    (["match", "text", "--kind"], "The option --kind needs a value."),
    (["match", "text", "--full=1"], "The option --full takes no value."),
    (["match", "text", "--limit", "0"], "--limit / -n: give a whole number from 1 to 100."),
    (["match", "text", "-n", "many"], "give a whole number from 1 to 100."),
    (["import", "resume"], "RUN is missing."),
    (["--lang", "sv", "version"], "sv"),
    (["run", "--port", "99999"], "port"),
    (["users", "add", "a@example.org", "--role", "king"], "visitor, member, secretariat, administrator"),
    (["users", "add", "a@example.org", "--language", "fr"], "--language: “fr” is none of da, en."),
    (["users", "role", "a@example.org", "king"], "“king” is none of"),
    (["users", "invite", "a@example.org", "--role", "coordinator"], "“coordinator” is none of"),
    (["evaluate", "no-such-folder"], "There is no folder no-such-folder."),
    (["evaluate", ".", "--explanations", "no-such.json"], "There is no file no-such.json."),
    (["backup", "no-such-folder/full.tar.gz"], "There is no folder"),
    (["import", "template", "dragons"], "dragons"),
    (["backup", "somewhere.rar"], ".tar.gz"),
    (["import", "lexicon", "x.tsv", "--headwords", "sv"], "sv"),
)


@pytest.mark.parametrize(("line", "told"), WRONG)
def test_wrong_use_ends_with_2_and_says_what_is_wrong(capsys, line: list[str], told: str) -> None:
    from vidensbro.hub.cli.app import execute

    assert execute(line, Global()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err.replace("\n", " ")
    assert "Traceback" not in said.err


def test_what_the_parser_says_is_translated(tmp_path) -> None:
    """Of none of these lines a word of the parser's own English is left."""
    for line in (
        ["frob"],
        ["match", "--frob"],
        ["match", "-n", "x", "t"],
        ["match", "t", "u"],
        ["import", "ror"],
    ):
        said = run(tmp_path / "none", "--lang", "da", *line).err
        for english in ("No such", "Invalid value", "unexpected", "Missing", "Input should"):
            assert english not in said


def test_a_number_from_the_environment_is_named(tmp_path) -> None:
    done = run(tmp_path / "data", "run", env={"VIDENSBRO_WEB_WORKERS": "many"})
    assert (done.code, done.out) == (2, "")
    assert "VIDENSBRO_WEB_WORKERS" in done.err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["match", "text", "--kind", "unicorn"], "unicorn"),
        (["match", "text", "--kind", "release"], "release"),
        (["match", "text", "--country", "Danmark"], "“Danmark” is no country code."),
        (["run", "--district", "atlantis", "--port", "0"], "atlantis"),
    ],
)
def test_what_only_the_hub_can_tell_is_wrong(tmp_path, line: list[str], told: str) -> None:
    done = run(tmp_path / "data", *line)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
