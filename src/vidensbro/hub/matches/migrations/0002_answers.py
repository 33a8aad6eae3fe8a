import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='feedback',
            name='introduction',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='feedback',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='match_feedback', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.UniqueConstraint(condition=models.Q(('introduction__isnull', False)), fields=('introduction', 'kind', 'target_id'), name='feedback_of_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('introduction__isnull', True), ('user__isnull', False)), models.Q(('introduction__isnull', False), ('need__isnull', False), ('user__isnull', True)), _connector='OR'), name='feedback_by_user_or_answer'),
        ),
    ]
