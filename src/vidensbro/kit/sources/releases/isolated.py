"""Reading in a process of its own, whose memory and time are bounded whatever the file does.

The libraries that read PDF and DOCX unfold compressed parts without a limit. What is read comes back as JSON,
so that nothing of the file is executed or unpickled here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Final

from vidensbro.kit.sources.releases.blocks import Reading
from vidensbro.kit.sources.releases.problems import Unreadable

MEMORY: Final = 1 << 30
"""How much address space the process may take, in bytes."""
SECONDS: Final = 30
"""How long it may run."""
_COSTLY: Final = 3


def read(format: str, data: bytes) -> Reading:
    """The blocks of a PDF or DOCX file.

    Raises:
        Unreadable: as `from_pdf.read` and `from_docx.read`; "too_costly".
    """
    command = [sys.executable, "-I", "-m", __name__, format]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_costly", "time") from error
    if done.returncode == _COSTLY or done.returncode < 0:
        raise Unreadable("too_costly", "memory" if done.returncode == _COSTLY else "time")
    if done.returncode != 0:
        raise Unreadable("corrupt", done.stderr.decode("utf-8", "replace")[-200:])
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(answer["refused"], answer["value"])
    return Reading.from_json(answer)


def _limit() -> None:
    """Bound this process, where the system can: Windows cannot, there only the time is bounded."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    from vidensbro.kit.sources.releases import from_docx, from_pdf

    readers: Mapping[str, Callable[[bytes], Reading]] = {"pdf": from_pdf.read, "docx": from_docx.read}
    _limit()
    try:
        answer = readers[sys.argv[1]](sys.stdin.buffer.read()).as_json()
    except Unreadable as refused:
        answer = {"refused": refused.code, "value": refused.value}
    except MemoryError:
        return _COSTLY
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
