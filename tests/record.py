"""The demo's record: the signed programme, an account for each role and the sample story up to 23/11/2026.

Telling the story takes ten seconds. It is told once in a run, by whichever process needs it first, and its
rows are laid into the database of every test file that looks at it.
"""

from __future__ import annotations

import fcntl
import os
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from baocao import sample
from chuongtrinh.loader import load
from chuongtrinh.management.commands.create_role_accounts import create_accounts
from chuongtrinh.models import Programme
from nhiemvu.status import HANOI

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=HANOI)
PASSWORD = "mat-khau-chi-de-thu"
OF_THE_TABLES = {"django_content_type", "auth_permission"}
"""What migrations write: it is in every database already."""


def lay() -> Programme:
    """Lay the record into the database, which holds no programme yet."""
    kept = Path(os.environ["TEST_VAR_DIR"]) / "record"
    with open(f"{kept}.lock", "w") as lock, transaction.atomic():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _tell(kept)
    with transaction.atomic():
        _write(pickle.loads(kept.read_bytes()))  # noqa: S301 - written by this run
    return Programme.objects.get()


def _tell(kept: Path) -> None:
    with transaction.atomic(), time_machine.travel(NOW, tick=False):
        programme = load().programme
        create_accounts(programme.committee, PASSWORD)
        sample.tell(programme, NOW.date())
        rows = _read()
        transaction.set_rollback(True)
    kept.write_bytes(pickle.dumps(rows))


def _read() -> dict[str, Any]:
    """The rows of every table as its database writes them."""
    tables = set(connection.introspection.django_table_names(include_views=False)) - OF_THE_TABLES
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                    found[table] = b"".join(rows)
            else:
                found[table] = cursor.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
    return {table: rows for table, rows in found.items() if rows}


def _write(found: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for table, rows in found.items():
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{table}" FROM STDIN') as to:
                    to.write(rows)
            else:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608
        for reset in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(reset)
