from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodicJob',
            fields=[
                ('topic', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('next_run', models.DateTimeField()),
            ],
        ),
    ]
