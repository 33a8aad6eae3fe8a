"""Companies that the register protects from advertising."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_rights")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="advertising_protected",
            field=models.BooleanField(default=False),
        ),
    ]
