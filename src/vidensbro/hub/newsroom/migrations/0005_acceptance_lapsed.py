"""From when an acceptance of an embargo counts no longer. Those of whoever lost trust since do not."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import Q


def lapse(apps: Any, editor: Any) -> None:
    """What was accepted before trust ended, or ended and was given anew."""
    acceptance = apps.get_model("newsroom", "EmbargoAcceptance")
    for row in apps.get_model("newsroom", "Journalist").objects.all():
        mine = acceptance.objects.filter(user_id=row.user_id)
        if row.ended is None:
            mine = mine.filter(at__lt=row.trusted_at)
        mine.update(lapsed=row.ended or row.trusted_at)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("newsroom", "0004_links_followed")]

    operations: ClassVar = [
        migrations.AddField("embargoacceptance", "lapsed", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(lapse, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("embargoacceptance", "embargo_accepted_once"),
        migrations.AddConstraint(
            "embargoacceptance",
            models.UniqueConstraint(
                fields=["release", "user"], condition=Q(lapsed__isnull=True), name="embargo_accepted_once"
            ),
        ),
    ]
