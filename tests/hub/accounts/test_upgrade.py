"""What a database becomes that was made before addresses were confirmed."""

from __future__ import annotations

from importlib import import_module

from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from tests.hub.accounts.conftest import sign_in
from vidensbro.hub.accounts.models import User

STEP = import_module("vidensbro.hub.accounts.migrations.0002_confirmed_addresses")


def test_users_that_there_are_count_as_confirmed(ida: User, client) -> None:
    EmailAddress.objects.all().delete()
    assert sign_in(client)["Location"] == "/sign-up/sent/"
    EmailAddress.objects.all().delete()
    bo = User.objects.create(email="bo@example.org", name="Bo")
    EmailAddress.objects.create(user=bo, email=bo.email, verified=False, primary=True)
    STEP.confirm(apps, None)
    assert dict(EmailAddress.objects.values_list("email", "verified")) == {
        "ida@example.org": True,
        "bo@example.org": False,
    }
    assert sign_in(client)["Location"] == "/"


def test_the_tables_of_the_former_throttle_go(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE axes_accessattempt (ip_address varchar(40))")
    with connection.schema_editor(atomic=False) if connection.vendor == "postgresql" else _editor() as editor:
        STEP.drop_axes(apps, editor)
    assert "axes_accessattempt" not in connection.introspection.table_names()


def _editor():
    """SQLite's own editor wants foreign keys switched off first; dropping one table needs no such thing."""
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

    return BaseDatabaseSchemaEditor(connection, atomic=False)


def test_processes_share_what_they_count(db) -> None:
    cache.set("x", 1)
    assert "shared_cache" in connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone()[0] >= 1
