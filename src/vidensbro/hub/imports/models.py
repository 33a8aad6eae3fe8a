"""Runs of imports, what was wrong in them, what each source calls our rows, and pairs that may be one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.knowledge.models import Work


class ImportRun(models.Model):
    """One import of some files of a source.

    `files` are mappings of path, size and modification time, in the order of reading. `position` is how far
    it has come: it changes in the transaction of the rows that it stands for, so the two always agree, and a
    run that was killed goes on from there. `counts` are the records new, changed, unchanged and bad, and the
    values left out of records that were kept (`notices`). `origin` says how the files were fetched, if they were:
    the limits ("wish") and the day from which on the next fetch must look ("began"). `undone` is when the run was
    taken back, and `undoing` what came of that, in numbers by kind.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=30)
    files = models.JSONField(default=list)
    actor = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    started = models.DateTimeField(default=clock.now)
    finished = models.DateTimeField(null=True, blank=True)
    heartbeat = models.DateTimeField(default=clock.now)
    seconds = models.FloatField(default=0)
    position = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    origin = models.JSONField(default=dict, blank=True)
    undone = models.DateTimeField(null=True, blank=True)
    undoing = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-started"], name="import_run_started")]

    def __str__(self) -> str:
        return f"{self.source} {self.started:%Y-%m-%d %H:%M}: {self.state}"

    @property
    def records(self) -> int:
        """Records read so far."""
        return sum(int(self.counts.get(name, 0)) for name in ("new", "changed", "unchanged", "bad"))

    @property
    def percent(self) -> int:
        """How far the reading has come, in percent of the bytes; 100 only when everything is done."""
        if self.state == ImportRun.State.DONE:
            return 100
        total = int(self.position.get("total", 0))
        return min(99, 100 * int(self.position.get("done", 0)) // total) if total else 0

    @property
    def rate(self) -> float:
        """Records per second, pauses between an interruption and its resumption left aside."""
        return self.records / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> int | None:
        """How long it will take yet at the speed so far, by the bytes of the files; None if that cannot be told."""
        done, total = int(self.position.get("done", 0)), int(self.position.get("total", 0))
        if self.state != ImportRun.State.RUNNING or not done or not self.seconds or done > total:
            return None
        return round(self.seconds * (total - done) / done)


class ImportProblem(models.Model):
    """Something wrong in a file. Only the first ones of each code are kept; `ImportRun.counts` has them all."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    file = models.CharField(max_length=300)
    line = models.PositiveBigIntegerField(default=0)
    field = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=30)
    value = models.CharField(max_length=200, blank=True)
    skipped = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field} {self.code}"


class SourceRecord(models.Model):
    """What a source calls one of our rows, and a digest of what it last said about it.

    `kind` is organisation, person, work, offer, need or one of `kinds.KINDS`; `row` the row's identifier. An empty
    `digest` means that the record named things that were not there, or that it is only another name of the row: it is
    looked at again whenever it comes. `run`, `file` and `line` tell where it was seen last.
    """

    source = models.CharField(max_length=30)
    kind = models.CharField(max_length=12)
    source_id = models.CharField(max_length=200)
    row = models.UUIDField()
    digest = models.CharField(max_length=32, blank=True)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+", db_index=False)
    file = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["row"], name="source_record_row")]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "source_id"], name="source_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.source_id}"


class ImportChange(models.Model):
    """What a run did to a row: made it, or changed it, with what it said before and after.

    `before` and `after` hold the columns that changed by name and whole lists of details under names that begin
    with "+" (see `services.journal`). Rows of a run that was undone stay as they were noted; `undone` then says
    what became of this one.
    """

    class Undone(models.TextChoices):
        NOT = "", _("not undone")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESTORED = "restored", _("put back")
        PARTLY = "partly", _("put back in part: some of it has been changed since")
        TOUCHED = "touched", _("left: somebody has worked on it since")
        SAID = "said", _("left: another source or a later import says it too")
        GONE = "gone", _("gone already")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12)
    row = models.UUIDField()
    made = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.CharField(max_length=10, choices=Undone, blank=True, default=Undone.NOT)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["run", "kind", "made", "id"], name="import_change_run"),
            models.Index(fields=["row"], name="import_change_row"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} {'made' if self.made else 'changed'}"


class ImportSchedule(models.Model):
    """A source that is fetched and imported again and again.

    `wish` are the limits (`wishes.Wish`), `hours` how often. `busy_until` is moved on while somebody is at it: a
    process that dies leaves it to run out. `failures` counts what went wrong in a row, `error` says what. While
    it is `paused` it does not come round.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=30)
    wish = models.JSONField(default=dict)
    hours = models.PositiveIntegerField()
    paused = models.BooleanField(default=False)
    next_run = models.DateTimeField(default=clock.now)
    busy_until = models.DateTimeField(null=True, blank=True)
    last_run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="+")
    last_end = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created = models.DateTimeField(default=clock.now)
    created_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["source", "created", "id"]
        indexes = [models.Index(fields=["next_run"], name="import_schedule_due")]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=1), name="import_schedule_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.source} every {self.hours} h"


class OpenLink(models.Model):
    """A parent or successor that a record names, to be set when everything has been read.

    What the source never delivers stays here, and is set when a later import brings it.
    """

    source = models.CharField(max_length=30)
    kind = models.CharField(max_length=12)
    row = models.UUIDField()
    target = models.CharField(max_length=200)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="+")
    file = models.CharField(max_length=300, blank=True)
    line = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "row"], name="open_link_once")]

    def __str__(self) -> str:
        return f"{self.row} {self.kind} {self.target}"


class MergeProposal(models.Model):
    """Two rows that may be one. `left` is the lesser identifier; `reasons` are codes and values."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")
        WORK = "work", _("Work")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        MERGED = "merged", _("merged")
        KEPT_APART = "kept_apart", _("kept apart")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    left = models.UUIDField()
    right = models.UUIDField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    created = models.DateTimeField(default=clock.now)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-score", "id"], name="merge_proposal_queue")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "left", "right"], name="merge_proposal_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="merge_proposal_in_order"),
            models.CheckConstraint(
                condition=Q(state="open", decided__isnull=True)
                | (~Q(state="open") & Q(decided__isnull=False)),
                name="merge_proposal_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.left} = {self.right}? {self.state}"

    def other(self, row: Any) -> Any:
        """The one of the two that `row` is not."""
        return self.right if row == self.left else self.left


class WorkKey(models.Model):
    """What a work is found by if it has no DOI: a digest of its title and its first author's family name.

    Empty where these tell too little. See `services.works`.
    """

    work = models.OneToOneField(Work, models.CASCADE, primary_key=True, related_name="+")
    key = models.CharField(max_length=32, db_index=True)

    def __str__(self) -> str:
        return f"{self.work_id} {self.key}"


class Merge(models.Model):
    """Two rows that were joined: `gone` became `kept`.

    `journal` is what that did to every table (`services.joining.compared`), so that it can be taken back; it is
    emptied when it has been, and when its time is over. `run` is the import that did it, if one did, `automatic`
    that no person decided it. `back` and `left` are the numbers of rows that an undo put back, and could not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=MergeProposal.Kind)
    kept = models.UUIDField()
    gone = models.UUIDField()
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, blank=True, related_name="merges")
    automatic = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=80)
    journal = models.JSONField(default=dict)
    undone = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=80, blank=True)
    back = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "id"], name="merge_latest"),
            models.Index(fields=["kept"], name="merge_kept"),
            models.Index(fields=["gone"], name="merge_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.gone} became {self.kept}"
