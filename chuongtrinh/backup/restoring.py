"""Restore a backup into an empty installation, on whichever database: all of it, or nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction

from baocao.evidence import store
from chuongtrinh.backup import tables
from chuongtrinh.backup.archive import Archive, Damaged, Manifest, Refused
from chuongtrinh.backup.state import migrations_done, trouble

Told = Callable[[str], None]


def restore(path: Path, told: Told) -> Manifest:
    """Every byte of the archive is checked before the first row is written, and every table after the last.

    Raises Refused; then the installation is as empty as before.
    """
    try:
        with path.open("rb") as file:
            archive = Archive(file)
            for name in archive.manifest.members:
                told(f"kiểm tra {name}"[:60])
                archive.check(name)
            _refuse_other_version(archive.manifest)
            _refuse_too_large(archive.manifest)
            _restore(archive, told)
            return archive.manifest
    except (OSError, store.NotStored) as error:
        raise Refused(str(error) if isinstance(error, store.NotStored) else trouble(error, path)) from None


def _refuse_other_version(manifest: Manifest) -> None:
    """Rows fit the tables that they came from: another version restores first and migrates afterwards."""
    here, there = migrations_done(), manifest.migrations
    for app in sorted({*here, *there}):
        ours, theirs = here.get(app, []), there.get(app, [])
        if newer := sorted({*theirs} - {*ours}):
            raise Refused(
                f"Bản sao lưu do phiên bản mới hơn làm (có bước {app}.{newer[0]}). "
                "Cài phiên bản ấy rồi phục hồi."
            )
        if older := sorted({*ours} - {*theirs}):
            raise Refused(
                f"Bản sao lưu do phiên bản cũ hơn làm (chưa có bước {app}.{older[0]}). "
                "Cài phiên bản ấy, phục hồi, rồi nâng cấp và chạy migrate."
            )
    shapes = {model._meta.db_table: tables.columns(model) for model in tables.kept_models()}
    if shapes != {table.name: table.columns for table in manifest.tables}:
        raise Damaged("các bảng không khớp với phiên bản ghi trong đó")


def _refuse_too_large(manifest: Manifest) -> None:
    needed = sum(member.size for member in manifest.members.values())
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR_DIR).free
    if needed > free:
        raise Refused(
            f"Không đủ chỗ: bản sao lưu chứa {_megabytes(needed)} MB, đĩa còn {_megabytes(free)} MB. "
            "Chưa ghi gì."
        )


def _megabytes(size: int) -> int:
    return -(-size // 1024**2)


def _restore(archive: Archive, told: Told) -> None:
    placed: list[str] = []
    try:
        with transaction.atomic(durable=True):
            tables.hold()
            tables.refuse_unless_empty()
            _write_rows(archive, told)
            _place_files(archive, placed, told)
            _compare(archive.manifest, told)
    except BaseException as error:
        for sha256 in placed:
            store.forget(sha256, settings.EVIDENCE_DIR)
        if isinstance(error, DatabaseError):
            why = str(error).strip().splitlines()[0]
            raise Refused(f"Cơ sở dữ liệu không nhận ({why}). Chưa ghi gì.") from None
        raise
    finally:
        ContentType.objects.clear_cache()


def _write_rows(archive: Archive, told: Told) -> None:
    tables.empty_what_migrate_made()
    by_name = {table.name: table for table in archive.manifest.tables}
    for model in tables.kept_models():
        table = by_name[model._meta.db_table]
        told(f"bảng {table.name}: {table.rows} dòng")
        tables.load(model, table, archive.rows(table))
    tables.check_references()
    tables.reset_sequences()


def _place_files(archive: Archive, placed: list[str], told: Told) -> None:
    manifest = archive.manifest
    if {*tables.kept_files()} != {*manifest.files, *manifest.missing}:
        raise Damaged("các tệp minh chứng, tệp báo cáo không khớp với dữ liệu")
    for sha256 in manifest.files:
        told(f"tệp {sha256[:12]}")
        if store.verify(sha256, settings.EVIDENCE_DIR):
            continue
        with archive.open(f"evidence/{sha256}") as content:
            placed.append(sha256)
            if store.keep(content, settings.EVIDENCE_DIR)[0] != sha256:
                raise Damaged(f"evidence/{sha256}")


def _compare(manifest: Manifest, told: Told) -> None:
    """What stands in the database now would be backed up as the very same bytes."""
    for model in tables.kept_models():
        told(f"so lại bảng {model._meta.db_table}")
        digest = hashlib.sha256()
        for line in tables.lines(model):
            digest.update(line)
        if digest.hexdigest() != manifest.members[f"tables/{model._meta.db_table}.jsonl"].sha256:
            raise Refused(f"Bảng {model._meta.db_table} ghi vào không giống bản sao lưu: đã bỏ tất cả.")
