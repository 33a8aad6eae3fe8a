"""Runs of the engine, what they found, and what people said about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.needs.models import Need


class MatchRun(models.Model):
    """One answer to one need, with everything needed to give it again.

    `text_digest` names the text that was answered (SHA-256 of its analysed form); a run without a need is a
    trial, of which the text itself is not kept. `audience` are the tokens it was run with, `as_of` the day that
    ages and deadlines were counted from. `ranker` holds the learned weights that its scores were made with, by kind
    of contribution; empty: the engine's own scores.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="runs")
    text_digest = models.CharField(max_length=64, db_index=True)
    language = models.CharField(max_length=2, blank=True)
    dense = models.BooleanField(default=True)
    index_version = models.CharField(max_length=80)
    engine_version = models.CharField(max_length=80)
    config = models.JSONField(default=dict)
    audience = models.JSONField(default=list)
    advice = models.JSONField(default=list)
    as_of = models.DateField(null=True)
    best_score = models.FloatField(default=0.0)
    ranker = models.JSONField(default=dict, blank=True)
    started = models.DateTimeField(default=clock.now)
    finished = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["need", "-started"], name="run_need_started"),
            models.Index(fields=["best_score"], name="run_best_score"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id or self.text_digest[:8]} {self.started:%Y-%m-%d %H:%M}"


class MatchRow(models.Model):
    """One match of a run. `evidence` is the kit's evidence in its JSON form (`matches.evidence`)."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="rows")
    rank = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    target_id = models.CharField(max_length=80)
    title = models.TextField()
    score = models.FloatField()
    evidence = models.JSONField()

    class Meta:
        ordering = ["run", "rank"]
        indexes = [models.Index(fields=["kind", "target_id"], name="row_target")]
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "target_id"], name="row_once"),
            models.UniqueConstraint(fields=["run", "rank"], name="row_rank_once"),
            models.CheckConstraint(condition=Q(score__gte=0) & Q(score__lte=1), name="row_score_0_to_1"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.kind}:{self.target_id}"


class Feedback(models.Model):
    """What somebody thinks of a match. One opinion per user, text and target; a new one replaces the old.

    Or what an answer to an introduction says of it: then `introduction` is that row's id (no foreign key:
    introductions lie above matches) and there is no user.

    `features` is what each kind of contribution added to the engine's own score of the match when this was said (see
    `kit.matching.learning.features`), and `scored_by` the engine that it was (`ranker.scale`); both empty where the
    match was in no run. A ranker is learned from them.
    """

    class Verdict(models.TextChoices):
        RELEVANT = "relevant", _("relevant")
        NOT_RELEVANT = "not_relevant", _("not relevant")

    class Reason(models.TextChoices):
        TOO_EARLY = "too_early", _("too early in its development")
        NOT_MY_FIELD = "not_my_field", _("another field")
        WRONG_TOPIC = "wrong_topic", _("another subject")
        WRONG_PLACE = "wrong_place", _("the wrong place")
        TOO_OLD = "too_old", _("out of date")
        ALREADY_KNOWN = "already_known", _("known to us already")
        NO_CAPACITY = "no_capacity", _("no capacity")
        OTHER = "other", _("something else")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="feedback")
    text_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=30)
    target_id = models.CharField(max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="match_feedback"
    )
    introduction = models.UUIDField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    note = models.TextField(blank=True)
    scored_by = models.CharField(max_length=64, blank=True)
    features = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "need", "kind", "target_id"],
                condition=Q(need__isnull=False),
                name="feedback_on_need_once",
            ),
            models.UniqueConstraint(
                fields=["user", "text_digest", "kind", "target_id"],
                condition=Q(need__isnull=True),
                name="feedback_on_text_once",
            ),
            models.UniqueConstraint(
                fields=["introduction", "kind", "target_id"],
                condition=Q(introduction__isnull=False),
                name="feedback_of_answer_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict="relevant") | ~Q(reason=""), name="feedback_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, introduction__isnull=True)
                | Q(user__isnull=True, introduction__isnull=False, need__isnull=False),
                name="feedback_by_user_or_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.kind}:{self.target_id}"


class LearnedRanker(models.Model):
    """What was learned the last time: a weight for each kind of contribution, and how it did on needs held out.

    It serves the engine that it was learned with (`scored_by`) and no other. Whether it is used, `ranker` says. Nothing
    in it is about anybody: seven weights and some counts.
    """

    trained = models.DateTimeField(default=clock.now)
    scored_by = models.CharField(max_length=64)
    weights = models.JSONField(default=dict)
    needs = models.PositiveIntegerField(default=0)
    held_out = models.PositiveIntegerField(default=0)
    default_right = models.FloatField(default=0.0)
    learned_right = models.FloatField(default=0.0)
    better = models.PositiveIntegerField(default=0)
    worse = models.PositiveIntegerField(default=0)
    chance = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.scored_by} {self.trained:%Y-%m-%d}"
