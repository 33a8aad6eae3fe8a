"""Static files while two versions of the program run side by side.

Each process learns at its start which files there are. During an upgrade a page of the new version may be answered
by one process, and its stylesheet asked of another that is older than the stylesheet. Files are collected so that
those of both versions lie in the folder (`cli.static_files`), so a file that is not known yet is looked for there.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves what was there at the start, and what has come since."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        if self.static_root and not self.autorefresh:
            root = os.path.abspath(self.static_root).rstrip(os.sep) + os.sep
            self.directories.append((root, self.static_prefix))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if self.directories and path.startswith(self.static_prefix) and path not in self.files:
            found = self.find_file(path)
            if found is not None:
                self.files[path] = found
        response: HttpResponseBase = super().__call__(request)
        return response
