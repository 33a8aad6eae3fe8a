import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_advertising_protection"), ("knowledge", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=30)),
                ("funder", models.CharField(blank=True, max_length=300)),
                ("funder_key", models.CharField(blank=True, max_length=300)),
                ("number", models.CharField(blank=True, max_length=100)),
                ("amount", models.PositiveBigIntegerField(blank=True, null=True)),
                ("total", models.PositiveBigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="directory.organisation",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="knowledge.work"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["number", "funder_key"], name="grant_number")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("funder__gt", ""), ("number__gt", ""), _connector="OR"),
                        name="grant_says_something",
                    )
                ],
            },
        ),
    ]
