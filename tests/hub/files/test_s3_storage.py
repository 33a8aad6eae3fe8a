"""The same files in S3-compatible storage: a server of moto on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer

from tests.hub.cast import Cast
from tests.hub.files.samples import HTML, PDF, upload
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid, Unavailable
from vidensbro.hub.config.files import file_storage
from vidensbro.hub.files import services
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.places import storage
from vidensbro.hub.files.responses import attachment
from vidensbro.hub.outbox.services import drain


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


@pytest.fixture
def bucket(server: str, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A private bucket, set up by the variables that an operator sets."""
    given = {
        "BUCKET": "vidensbro",
        "URL": server,
        "REGION": "eu-north-1",
        "ACCESS_KEY": "key",
        "SECRET_KEY": "secret",
        "PREFIX": "hub",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"VIDENSBRO_FILES_S3_{name}", value)
    client = boto3.resource(
        "s3",
        endpoint_url=server,
        region_name="eu-north-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    made = client.create_bucket(
        Bucket="vidensbro", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    settings.STORAGES = {**settings.STORAGES, "files": file_storage(Path("/nowhere"))}
    yield made
    made.objects.all().delete()
    made.delete()


def names(bucket) -> list[str]:
    return [one.key for one in bucket.objects.all()]


def test_stored_and_given_out_through_the_site(cast: Cast, bucket) -> None:
    row = services.store(cast["member"], upload("aftale.pdf", PDF))
    assert names(bucket) == [f"hub/{row.place}"]
    response = attachment(row)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="aftale.pdf"'
    response.close()


def test_what_is_refused_never_reaches_the_bucket(cast: Cast, bucket) -> None:
    with pytest.raises(Invalid):
        services.store(cast["member"], upload("side.pdf", HTML))
    assert names(bucket) == []


def test_orphans_and_strays_are_removed(cast: Cast, bucket) -> None:
    services.store(cast["member"], upload("a.pdf", PDF))
    bucket.put_object(Key="hub/zz/stray", Body=b"x")
    with clock.clock_at(clock.now() + timedelta(hours=25)):
        drain([services.ORPHAN])
        drain([services.REMOVE, services.SWEEP])
    assert not StoredFile.objects.exists()
    assert names(bucket) == []


def test_a_missing_file_and_a_server_that_is_away_are_told(cast: Cast, bucket, settings) -> None:
    row = services.store(cast["member"], upload("a.pdf", PDF))
    storage().delete(row.place)
    with pytest.raises(Unavailable, match="file_storage"):
        attachment(row)
    settings.STORAGES["files"]["OPTIONS"]["bucket_name"] = "another"
    settings.STORAGES = {**settings.STORAGES}
    with pytest.raises(Unavailable, match="file_storage"):
        services.store(cast["member"], upload("b.pdf", PDF))


def test_half_a_pair_of_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDENSBRO_FILES_S3_BUCKET", "vidensbro")
    monkeypatch.setenv("VIDENSBRO_FILES_S3_ACCESS_KEY", "key")
    with pytest.raises(ImproperlyConfigured, match="belong together"):
        file_storage(Path("/nowhere"))


def test_a_folder_without_any_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIDENSBRO_FILES_S3_BUCKET", raising=False)
    assert file_storage(Path("/data/files"))["OPTIONS"]["location"] == "/data/files"
