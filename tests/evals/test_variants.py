"""Each variant takes away what its name says, and nothing else."""

from evals.collections import Retrieval, Text
from evals.measure import measure
from evals.plots import plots
from evals.variants import DEFAULT, VARIANTS, named
from vidensbro.kit.matching import EngineConfig
from vidensbro.kit.matching.experts import VOTING
from vidensbro.kit.text import Bridge


def silent(_phase: str, _done: int, _of: int) -> None: ...


def test_every_setting_of_a_variant_is_one_of_the_engine() -> None:
    for variant in (DEFAULT, *VARIANTS):
        assert isinstance(variant.config(people=True), EngineConfig)
        assert named(variant.name) is variant
    assert {variant.config(False).voting for variant in VARIANTS} == set(VOTING)


def test_a_bridge_without_a_method_gives_no_translation_by_it() -> None:
    whole, without = Bridge(), Bridge(without=("glossary",))
    assert whole.translate("tryksår", "da", "en")[0].method == "glossary"
    for word in ("tryksår", "kvantesensor", "ammoniak"):
        assert all(item.method != "glossary" for item in without.translate(word, "da", "en"))
    assert "ulcer" in whole.render("tryksår")
    assert "ulcer" not in without.render("tryksår")
    assert Bridge(without=("cognate",)).translate("ammoniakalsk", "da", "en")[0].method != "cognate"


def test_without_the_glossary_danish_needs_lose_and_the_row_says_so() -> None:
    texts = (
        Text("1", "", "Early signs of pressure ulcers in nursing homes are found by moisture sensors."),
        Text("2", "", "Valves of wind turbines wear out in the salt air of the sea."),
    )
    queries = {"a": "slidte ventiler ude på havet"}
    report = measure(Retrieval("pair", texts, queries, {"a": {"2": 1}}), None, silent, ablations=True)
    rows = {row.variant: row for row in report.ablations}
    assert report.engine["nDCG@10"].value == 1.0
    assert rows["no glossary"].gain["nDCG@10"].value == -1.0
    assert rows["no fields"].gain["nDCG@10"].value == 0.0
    assert "dense" not in rows  # there is no model
    assert "CombMNZ" not in rows  # nor an expert
    assert rows["no glossary"].needs == 1


def test_drawings_are_whole_files_without_script_or_address() -> None:
    figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    bins = [{"low": 0.0, "high": 0.1, "answers": 3, "score": 0.05, "relevant": 0.0}]
    result = {
        "name": "a<b",
        "engine": {"AP": figure},
        "plain": {"AP": figure},
        "calibration": {"bins": bins},
        "ablations": [{"says": "terms & more", "gain": {"AP": {"value": -0.1, "low": -0.2, "high": 0.0}}}],
    }
    drawn = plots([result])
    assert set(drawn) == {"figures.svg", "reliability.svg", "ablations-a<b.svg"}
    for one in drawn.values():
        assert one.startswith("<svg ")
        assert one.endswith("</svg>\n")
        assert "a<b" not in one
        assert "<script" not in one
        assert one.count("http") == 1  # the name of the format
