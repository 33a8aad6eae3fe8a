"""`vidensbro evaluate`: match quality on collections, beside a plain BM25."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import vidensbro
from vidensbro.hub.cli import console
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from evals.collections import Collection
    from evals.measure import Report, Row
    from vidensbro.kit.matching.protocols import Embedder


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "evaluate",
        rich_help_panel=heading,
        help=_("Measure match quality on collections, beside a plain BM25 in the same run."),
    )(evaluate)


def evaluate(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR…", help=_("Folders in retrieval form (corpus, queries, qrels) or expert form.")
        ),
    ],
    embedder: Annotated[
        str,
        typer.Option(
            "--embedder", metavar="SPEC", help=_("minilm, static, none, folder:PATH or openai:URL#model.")
        ),
    ] = "",
    ablations: Annotated[
        bool,
        typer.Option(
            "--ablations",
            help=_("Measure also with each part of the engine taken away, and without the quoted evidence."),
        ),
    ] = False,
    explanations: Annotated[
        Path | None,
        typer.Option(
            "--explanations",
            metavar="FILE",
            help=_("Measure only what is left without the evidence shown, and put it into these results."),
        ),
    ] = None,
    indexes: Annotated[
        Path | None,
        typer.Option(
            "--indexes",
            metavar="DIR",
            help=_("With --explanations: keep the indexes here, and use those that are here."),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Measure each folder; the figures of the engine and of the BM25 stand side by side."""
    if explanations is not None and not explanations.is_file():
        raise CommandError(
            _("There is no file {path}.").format(path=explanations), _("Check the path."), WRONG_USE
        )
    collections = _load(folders)
    model = _open_embedder(embedder)
    if explanations is not None:
        for collection in collections:
            _renew(explanations, collection, model, indexes)
        return
    reports = []
    for collection in collections:
        reports.append(_measure(collection, model, ablations))
        if not json:
            _show(reports[-1])
    if json:
        console.write_json([asdict(report) for report in reports])


def _load(folders: Sequence[Path]) -> list[Collection]:
    for folder in folders:
        if not folder.is_dir():
            raise CommandError(
                _("There is no folder {path}.").format(path=folder), _("Check the path."), WRONG_USE
            )
    _find_evals()
    from evals.collections import CollectionError, load

    try:
        return [load(folder) for folder in folders]
    except CollectionError as error:
        raise CommandError(str(error)) from error


def _find_evals() -> None:
    """In a checkout `evals/` lies beside `src/`; a wheel has it as a package of its own."""
    root = Path(vidensbro.__file__).resolve().parents[2]
    if (root / "evals" / "measure.py").is_file():
        if str(root) not in sys.path:
            sys.path.append(str(root))
    elif find_spec("evals") is None or find_spec("evals.measure") is None:
        raise CommandError(
            _("The measuring code is not part of an installed package."),
            _("Run this from a checkout of the project: docs/how-it-works/quality.md."),
        )


def _open_embedder(spec: str) -> Embedder | None:
    from vidensbro.hub.common import environment
    from vidensbro.kit.matching.embedding import open_embedder

    folder = environment.data_folder() / "model"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    chosen = spec or environment.text("EMBEDDER", "minilm")
    return open_embedder(chosen, folder, key=environment.text("EMBEDDER_KEY"))


def _measure(collection: Collection, model: Embedder | None, ablations: bool) -> Report:
    from evals.measure import measure

    with _phases(collection) as phases:
        return measure(collection, model, phases, ablations=ablations)


def _renew(results: Path, collection: Collection, model: Embedder | None, indexes: Path | None) -> None:
    from evals.renewing import OutdatedResults, renew

    try:
        with _phases(collection) as phases:
            found = renew(results, collection, model, phases, indexes)["faithfulness"]
    except OutdatedResults as error:
        raise CommandError(str(error)) from error
    _note_evidence(found["fell"], found["cases"], found["drop"]["value"])


def _phases(collection: Collection) -> _Phases:
    labels = {
        "documents": _("Indexing"),
        "queries": _("Asking"),
        "ablations": _("Taking parts away"),
        "quotes": _("Taking evidence away"),
    }
    units = {
        "documents": _("documents"),
        "queries": _("queries"),
        "ablations": _("variants"),
        "quotes": _("answers"),
    }
    return _Phases(collection.name, labels, units)


class _Phases:
    """Progress of a measurement: one bar for each of its phases, as they come."""

    def __init__(self, name: str, labels: dict[str, str], units: dict[str, str]) -> None:
        self._name, self._labels, self._units = name, labels, units
        self._phase = ""
        self._open: console.Bars | None = None

    def __enter__(self) -> _Phases:
        return self

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase != self._phase:
            self._close()
            label = f"{self._name}: {self._labels.get(phase, phase)}"
            self._open = console.Bars(label, self._units.get(phase, phase), total)
            self._phase = phase
        assert self._open is not None
        self._open.steps(done, total)

    def __exit__(self, *_error: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _show(report: Report) -> None:
    table = console.plain_table(
        report.name,
        _("Vidensbro"),
        _("plain BM25"),
        _("difference"),
        _("95% of the means"),
        numbers=(1, 2, 3),
    )
    for measure, figure in report.engine.items():
        plain = report.plain[measure].value
        between = f"{figure.low:.3f}–{figure.high:.3f}"
        table.add_row(measure, f"{figure.value:.3f}", f"{plain:.3f}", f"{figure.value - plain:+.3f}", between)
    console.out().print()
    console.out().print(table)
    if report.ablations:
        _show_rows(report.ablations)
    console.note(
        _("{queries} queries, {documents} documents; embedder {embedder}; engine {engine}").format(
            queries=console.amount(report.queries),
            documents=console.amount(report.documents),
            embedder=report.embedder,
            engine=report.engine_version,
        )
    )
    _note_scores(report)


def _show_rows(rows: tuple[Row, ...]) -> None:
    main = next(iter(rows[0].figures))
    table = console.plain_table(
        _("variant"), main, _("difference"), _("95% of the differences"), numbers=(1, 2)
    )
    for row in rows:
        gain = row.gain[main]
        table.add_row(
            row.variant,
            f"{row.figures[main].value:.3f}",
            f"{gain.value:+.3f}",
            f"{gain.low:+.3f} … {gain.high:+.3f}",
        )
    console.out().print()
    console.out().print(table)


def _note_scores(report: Report) -> None:
    """How long an answer takes, and what its score means."""
    console.note(
        _("Half of the needs took at most {median:.0f} ms, 95 of 100 at most {most:.0f} ms.").format(
            median=report.latency.median, most=report.latency.most
        )
    )
    console.note(
        _("Score as a probability of relevance: Brier {brier:.3f}, calibration error {error:.3f}.").format(
            brier=report.calibration.brier, error=report.calibration.error
        )
    )
    if report.faithfulness:
        _note_evidence(report.faithfulness.fell, report.faithfulness.cases, report.faithfulness.drop.value)


def _note_evidence(fell: float, cases: int, drop: float) -> None:
    console.note(
        _(
            "Without the quoted evidence the score fell for {share:.0%} of {cases} answers, "
            "by {drop:.0%} on average."
        ).format(share=fell, cases=console.amount(cases), drop=drop)
    )
