from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_merges")]

    operations = [
        migrations.AddField(
            model_name="importschedule", name="paused", field=models.BooleanField(default=False)
        ),
    ]
