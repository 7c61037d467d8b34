"""Every table as lines, and back: the same rows give the same bytes on whichever database."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models

from baocao.models import Evidence, SealedFile
from chuongtrinh.backup.archive import Damaged, Refused, Table

LEFT_OUT = {"sessions", "axes"}
"""Who is signed in and which passwords were tried: of the running site, not of the record."""
MADE_BY_MIGRATE = ("auth_permission", "django_content_type")
_BATCH = 500


def kept_models() -> list[type[models.Model]]:
    """Every model with a table, those between two others and of history included, in the tables' order."""
    found = apps.get_models(include_auto_created=True)
    kept = [row for row in found if row._meta.managed and row._meta.app_label not in LEFT_OUT]
    return sorted((row for row in kept if not row._meta.proxy), key=lambda row: row._meta.db_table)


def kept_files() -> list[str]:
    """The SHA-256 of every kept file that a row names: proofs, and the files of issued reports."""
    proofs = Evidence.objects.exclude(sha256="").order_by().values_list("sha256")
    return sorted(sha256 for (sha256,) in proofs.union(SealedFile.objects.order_by().values_list("sha256")))


def columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """The rows in the order of their keys, each a JSON array on a line of its own."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=_BATCH):
        yield (
            json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True) + "\n"
        ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    return value


def load(model: type[models.Model], table: Table, rows: Iterable[list[Any]]) -> None:
    """Write the rows as they stand: no default, no clock and no history adds anything."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    into = ", ".join(quote(name) for name in table.columns)
    insert = (
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) "  # noqa: S608  (names of our own models)
        f"VALUES ({', '.join(['%s'] * len(fields))})"
    )
    try:
        prepared = (
            [
                field.get_db_prep_save(None if value is None else field.to_python(value), connection)
                for field, value in zip(fields, row, strict=True)
            ]
            for row in rows
        )
        with connection.cursor() as cursor:
            while batch := list(islice(prepared, _BATCH)):
                cursor.executemany(insert, batch)
    except (ValidationError, IntegrityError, DataError, ValueError, TypeError, OverflowError):
        raise Damaged(f"{table.member} có dòng mà cơ sở dữ liệu không nhận") from None


def reset_sequences() -> None:
    """The next new row gets a number after the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def check_references() -> None:
    try:
        connection.check_constraints()
    except IntegrityError:
        raise Damaged("có dòng dẫn tới dòng không có trong bản sao lưu") from None


def hold() -> None:
    """Until the transaction ends nobody else writes: two restores, or one and somebody's first entries, would
    be mixed. On SQLite every transaction that writes holds the whole database."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in kept_models())
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def refuse_unless_empty() -> None:
    """Raises Refused where any table holds what no migration has put there."""
    for model in kept_models():
        if model._meta.db_table not in MADE_BY_MIGRATE and model._base_manager.exists():
            raise Refused(
                f"Chỉ phục hồi vào nơi chưa có dữ liệu: đã có “{model._meta.verbose_name}”. "
                "Hãy dùng cơ sở dữ liệu mới (VAR_DIR hoặc DATABASE_URL khác), chạy migrate rồi phục hồi."
            )


def empty_what_migrate_made() -> None:
    by_table = {model._meta.db_table: model for model in kept_models()}
    for name in MADE_BY_MIGRATE:
        by_table[name]._base_manager.all().delete()
