"""Records that many tests start from, made once in a run and laid as rows into the databases of the tests.

The signed programme as `load_programme` makes it, and the demo: the programme with an account for each role
and the sample story up to 23/11/2026. Whichever process needs one first makes it, at a moment of its own,
whatever the clock of the test says.
"""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from datetime import datetime
from functools import cache
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

SIGNED = datetime(2026, 5, 5, 18, 0, tzinfo=HANOI)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=HANOI)
PASSWORD = "mat-khau-chi-de-thu"
OF_THE_TABLES = {"django_content_type", "auth_permission"}
"""What migrations write: it is in every database already."""


def lay_programme() -> Programme:
    """Lay the signed programme into the database, which holds none yet."""
    return _lay(_load_programme)


def lay() -> Programme:
    """Lay the demo into the database, which holds no programme yet."""
    return _lay(_tell_story)


def _load_programme() -> None:
    with time_machine.travel(SIGNED, tick=False):
        load()


def _tell_story() -> None:
    with time_machine.travel(NOW, tick=False):
        programme = load().programme
        create_accounts(programme.committee, PASSWORD)
        sample.tell(programme, NOW.date())


def _lay(make: Callable[[], None]) -> Programme:
    with transaction.atomic():
        _write(_rows(make))
    return Programme.objects.get()


@cache
def _rows(make: Callable[[], None]) -> dict[str, Any]:
    kept = Path(os.environ["TEST_VAR_DIR"]) / make.__name__
    with open(f"{kept}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with transaction.atomic():
                make()
                kept.write_bytes(pickle.dumps(_read()))
                transaction.set_rollback(True)
    return pickle.loads(kept.read_bytes())  # noqa: S301 - written by this run


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
        if resets := _resets(tuple(found)):
            cursor.execute(resets)


@cache
def _resets(tables: tuple[str, ...]) -> str:
    """The next row of each table takes the number after its last."""
    models = [model for model in apps.get_models() if model._meta.db_table in tables]
    return " ".join(connection.ops.sequence_reset_sql(no_style(), models))
