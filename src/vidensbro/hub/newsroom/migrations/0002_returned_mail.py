"""What becomes of mail that comes back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import vidensbro.hub.common.clock


class Migration(migrations.Migration):
    dependencies: ClassVar = [("newsroom", "0001_first")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Returned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mail", models.UUIDField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("hard", "cannot be delivered"),
                            ("soft", "could not be delivered this time"),
                            ("complaint", "marked as spam"),
                        ],
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=vidensbro.hub.common.clock.now)),
                ("counts", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [models.Index(fields=["digest", "what", "at"], name="returned_digest")],
                "constraints": [models.UniqueConstraint(fields=("mail", "what"), name="returned_once")],
            },
        ),
    ]
