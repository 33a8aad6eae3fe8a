"""When it was sure that the address of an inquiry is the asker's."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("newsroom", "0002_returned_mail")]

    operations: ClassVar = [
        migrations.AddField("inquiry", "proven", models.DateTimeField(blank=True, null=True)),
    ]
