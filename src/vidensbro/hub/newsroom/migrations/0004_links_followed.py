from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsroom", "0003_inquiry_proven"),
    ]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="followed",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
