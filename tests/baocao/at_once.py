"""Several hands at the same moment, on PostgreSQL."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

MARKS = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        os.environ.get("TEST_DATABASE") != "postgres",
        reason="SQLite keeps a test's tables in one memory, where a reader does not wait for a writer",
    ),
]


def together(*acts: Callable[[], Any]) -> list[str]:
    """What each was told against it, "" where it was done; in order."""
    told: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait()
            act()
            told.append("")
        except ValidationError as error:
            told.append(" ".join(error.messages))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)
