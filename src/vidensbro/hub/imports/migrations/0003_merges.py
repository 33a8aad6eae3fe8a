import django.db.models.deletion
from django.db import migrations, models

import vidensbro.hub.common.clock
import vidensbro.hub.common.ids


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_undo_and_schedules"), ("knowledge", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="mergeproposal",
            name="kind",
            field=models.CharField(choices=[("person", "Person"), ("organisation", "Organisation"), ("work", "Work")], max_length=12),
        ),
        migrations.CreateModel(
            name="WorkKey",
            fields=[
                ("work", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+", serialize=False, to="knowledge.work")),
                ("key", models.CharField(db_index=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(default=vidensbro.hub.common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("person", "Person"), ("organisation", "Organisation"), ("work", "Work")], max_length=12)),
                ("kept", models.UUIDField()),
                ("gone", models.UUIDField()),
                ("automatic", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=vidensbro.hub.common.clock.now)),
                ("actor", models.CharField(max_length=80)),
                ("journal", models.JSONField(default=dict)),
                ("undone", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=80)),
                ("back", models.PositiveIntegerField(default=0)),
                ("left", models.PositiveIntegerField(default=0)),
                ("run", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="merges", to="imports.importrun")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "id"], name="merge_latest"),
                    models.Index(fields=["kept"], name="merge_kept"),
                    models.Index(fields=["gone"], name="merge_gone"),
                ],
            },
        ),
    ]
