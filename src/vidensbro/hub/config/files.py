"""Where uploaded files lie: a folder, or S3-compatible storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from vidensbro.hub.common.environment import text


def file_storage(folder: Path) -> dict[str, Any]:
    """The storage of uploaded files as Django describes one: S3 if VIDENSBRO_FILES_S3_BUCKET is set, else `folder`."""
    bucket = text("FILES_S3_BUCKET")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": str(folder),
                "base_url": None,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3(bucket)}


def _s3(bucket: str) -> dict[str, Any]:
    key, secret = text("FILES_S3_ACCESS_KEY"), text("FILES_S3_SECRET_KEY")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(
            "VIDENSBRO_FILES_S3_ACCESS_KEY and VIDENSBRO_FILES_S3_SECRET_KEY belong together"
        )
    return {
        "bucket_name": bucket,
        "endpoint_url": text("FILES_S3_URL") or None,
        "region_name": text("FILES_S3_REGION") or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "location": text("FILES_S3_PREFIX"),
        # Nothing is ever given out by address: files go through the site, which asks who may have them.
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
        "signature_version": "s3v4",
        "max_memory_size": 2 * 1024 * 1024,
    }
