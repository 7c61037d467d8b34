"""Make a backup: one moment of the whole record, read while people go on working."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from baocao.evidence import store
from chuongtrinh.backup import tables
from chuongtrinh.backup.archive import Archive, Manifest, Refused, Table, Writer
from chuongtrinh.backup.state import migrations_done, trouble

Told = Callable[[str], None]


def back_up(path: Path, told: Told) -> Manifest:
    """Write the archive beside its place, read it back, and only then give it its name.

    Raises Refused; then nothing is left behind.
    """
    _refuse_taken(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # 0600
    except OSError as error:
        raise Refused(trouble(error, path)) from None
    try:
        with os.fdopen(handle, "w+b") as file:
            manifest = Manifest(made_at=timezone.now().isoformat(), migrations=migrations_done())
            with Writer(file, manifest) as writer, _one_moment():
                _write(writer, told)
            file.flush()
            os.fsync(file.fileno())
            _read_back(Archive(file), told)
        _refuse_taken(path)
        os.rename(temporary, path)
        store.sync_directory(path.parent)
    except OSError as error:
        raise Refused(trouble(error, path)) from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return manifest


def _refuse_taken(path: Path) -> None:
    if os.path.lexists(path):
        raise Refused(f"{path} đã có: chọn tên khác, bản sao lưu không ghi đè lên tệp nào.")


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is read within is of one moment, and nobody who writes waits for it."""
    sqlite: Any = connection if connection.vendor == "sqlite" else None
    connection.ensure_connection()
    if sqlite:
        usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic(durable=True):
            if not sqlite:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if sqlite:
            sqlite.transaction_mode = usual


def _write(writer: Writer, told: Told) -> None:
    manifest = writer.manifest
    for model in tables.kept_models():
        told(f"bảng {model._meta.db_table}")
        counted = _Counted(tables.lines(model))
        table = Table(model._meta.db_table, tables.columns(model), 0)
        writer.add(table.member, iter(counted), pack=True)
        manifest.tables.append(Table(table.name, table.columns, counted.count))
    for sha256 in tables.kept_files():
        told(f"tệp {sha256[:12]}")
        # A lost file is the one thing that must not stop the others from being saved.
        if store.verify(sha256, settings.EVIDENCE_DIR):
            writer.add(f"evidence/{sha256}", _kept(sha256), pack=False)
        else:
            manifest.missing.append(sha256)


class _Counted:
    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.count = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self.lines:
            self.count += 1
            yield line


def _kept(sha256: str) -> Iterator[bytes]:
    with store.open_kept(sha256, settings.EVIDENCE_DIR) as kept:
        while piece := kept.read(store.PIECE):
            yield piece


def _read_back(archive: Archive, told: Told) -> None:
    for name in archive.manifest.members:
        told(f"kiểm tra {name}"[:60])
        archive.check(name)
