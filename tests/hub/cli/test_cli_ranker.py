"""`vidensbro ranker`: what was learned, in plain words and as data."""

from __future__ import annotations

from pathlib import Path

from tests.hub.cli.command import run


def test_an_installation_without_feedback_says_so_in_words_and_as_data(tmp_path: Path) -> None:
    shown = run(tmp_path, "ranker", "show")
    assert shown.code == 0
    assert "Nothing has been learned from introductions yet" in shown.out
    trained = run(tmp_path, "ranker", "train", "--json")
    assert trained.code == 0
    told = trained.json
    assert (told["used"], told["why"], told["learned"]["needs"]) == (False, "too_few", 0)
    assert set(told["learned"]["weights"].values()) == {1.0}
    off = run(tmp_path, "ranker", "show", env={"VIDENSBRO_RANKER": "off"})
    assert "switched off" in off.out
    assert "Likeness in meaning" in off.out
    assert run(tmp_path, "ranker", "show", env={"VIDENSBRO_RANKER": "always"}).code == 2
