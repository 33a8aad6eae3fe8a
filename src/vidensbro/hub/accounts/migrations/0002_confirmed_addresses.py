"""Accounts that there are were made by the secretariat: their addresses count as confirmed.

Signing in is throttled through the shared cache from now on, whose table is made here; the tables of django-axes, which
hold network addresses of everybody who signed in, go.
"""

from django.core.management import call_command
from django.db import migrations

AXES = ("axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


def confirm(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    have_one = EmailAddress.objects.values("user_id")
    batch = [
        EmailAddress(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in User.objects.exclude(pk__in=have_one).values_list("pk", "email")
    ]
    EmailAddress.objects.bulk_create(batch, batch_size=500)


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop_axes(apps, schema_editor):
    there = set(schema_editor.connection.introspection.table_names())
    for table in AXES:
        if table in there:
            schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(table)}")
    schema_editor.execute("DELETE FROM django_migrations WHERE app = 'axes'")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.RunPython(confirm, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
        migrations.RunPython(drop_axes, migrations.RunPython.noop),
    ]
