"""Runs manage.py as a person does: another process, with nothing in its environment but what is given."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections

ROOT = Path(__file__).resolve().parent.parent


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def close_response(response: Any) -> None:
    """Close a response as the server does, and leave the test's database connection open."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
