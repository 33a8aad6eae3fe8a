import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import vidensbro.hub.common.clock
import vidensbro.hub.common.ids


class Migration(migrations.Migration):

    dependencies = [
        ("mail", "0002_together"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
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
                ("key", models.CharField(max_length=200, unique=True)),
                ("about", models.CharField(db_index=True, max_length=200)),
                ("items", models.JSONField(blank=True, default=list)),
                ("language", models.CharField(max_length=2)),
                ("mark", models.CharField(max_length=20)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                (
                    "created",
                    models.DateTimeField(default=vidensbro.hub.common.clock.now, editable=False),
                ),
            ],
        ),
        migrations.AddField(
            model_name="mail",
            name="letter",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="mail.letter",
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="slots",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="mail",
            name="not_before",
            field=models.DateTimeField(default=vidensbro.hub.common.clock.now),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["letter", "state"], name="mail_letter_state"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=Q(letter__isnull=False), fields=["state", "not_before"], name="mail_copies_due"
            ),
        ),
    ]
