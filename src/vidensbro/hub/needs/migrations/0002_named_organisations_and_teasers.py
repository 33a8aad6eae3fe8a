import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vidensbro.hub.common.clock
import vidensbro.hub.common.ids


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0001_initial"),
        ("needs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="need",
            name="visibility",
            field=models.CharField(
                choices=[
                    ("public", "everybody"),
                    ("members", "members"),
                    ("organisations", "named organisations"),
                    ("sealed", "the secretariat and me only"),
                ],
                default="members",
                max_length=15,
            ),
        ),
        migrations.CreateModel(
            name="NeedAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="audiences", to="needs.need"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="need_audiences",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("need", "organisation"), name="need_audience_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedTeaser",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("text", models.TextField()),
                ("language", models.CharField(blank=True, max_length=2)),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "everybody"), ("members", "members")],
                        default="members",
                        max_length=10,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("changed", models.DateTimeField(default=vidensbro.hub.common.clock.now)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "need",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="teaser", to="needs.need"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_at__isnull", False), ("approved_by__isnull", True), _connector="OR"
                        ),
                        name="teaser_approval_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="teaser_has_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeaserInterest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=vidensbro.hub.common.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("message", models.TextField()),
                ("at", models.DateTimeField(default=vidensbro.hub.common.clock.now, editable=False)),
                (
                    "teaser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interests",
                        to="needs.needteaser",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="teaser_interests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("teaser", "user"), name="teaser_interest_once")
                ],
            },
        ),
    ]
