"""What is changed beside the words while approvals are given, or after them."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import vidensbro.hub.common.clock
import vidensbro.hub.common.ids

WHAT = [
    ("picture", "Picture"),
    ("document", "Document"),
    ("contact", "Contact"),
    ("settings", "Settings"),
    ("need", "Need"),
    ("collaboration", "Collaboration"),
    ("work", "Work"),
    ("person", "Person"),
]
DONE = [("added", "Added"), ("changed", "Changed"), ("removed", "Removed"), ("moved", "Moved")]


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("newsroom", "0005_acceptance_lapsed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="LateChange",
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
                ("at", models.DateTimeField(default=vidensbro.hub.common.clock.now)),
                ("what", models.CharField(choices=WHAT, max_length=13)),
                ("done", models.CharField(choices=DONE, max_length=7)),
                ("key", models.CharField(blank=True, max_length=36)),
                ("name_da", models.CharField(blank=True, max_length=500)),
                ("name_en", models.CharField(blank=True, max_length=500)),
                ("texts", models.JSONField(blank=True, default=list)),
                ("waited", models.JSONField(default=dict)),
                ("told", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="late_changes",
                        to="newsroom.release",
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"]},
        ),
    ]
