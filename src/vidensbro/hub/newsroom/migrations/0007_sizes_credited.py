"""Credit and licence stand in the file of every size of a picture. Those that are there are made anew."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

SIZES = "newsroom.sizes"


def make_anew(apps: Any, editor: Any) -> None:
    """Let the worker make the sizes of every picture."""
    entry = apps.get_model("outbox", "Entry")
    keys = apps.get_model("newsroom", "Picture").objects.values_list("pk", flat=True)
    entry.objects.bulk_create(
        (entry(topic=SIZES, key=str(one), slot=f"{SIZES} {one}") for one in keys.iterator()),
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("newsroom", "0006_late_changes"), ("outbox", "0002_periodic")]

    operations: ClassVar = [
        migrations.AddField(
            "picturesize", "credited", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.RunPython(make_anew, migrations.RunPython.noop, elidable=True),
    ]
