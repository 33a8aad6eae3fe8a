from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='mail',
            name='together',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RenameField(
            model_name='mail',
            old_name='reply_to_id',
            new_name='reply_to_ids',
        ),
        migrations.AlterField(
            model_name='mail',
            name='reply_to_ids',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='mail',
            name='message_id',
            field=models.CharField(max_length=200),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.UniqueConstraint(fields=('message_id', 'address'), name='mail_once_for_each_reader'),
        ),
    ]
