"""What backing up and restoring both need to know of this installation."""

from __future__ import annotations

import errno
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from baocao.evidence.store import FULL
from chuongtrinh.backup.archive import Refused
from chuongtrinh.backup.tables import kept_models


def migrations_done() -> dict[str, list[str]]:
    """The migrations that shaped the kept tables. Raises Refused where some are still to be run."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("Cơ sở dữ liệu chưa có đủ bảng của phiên bản này. Chạy trước: python manage.py migrate")
    done: dict[str, list[str]] = {model._meta.app_label: [] for model in kept_models()}
    for app, name in sorted(executor.loader.applied_migrations):
        if app in done:
            done[app].append(name)
    return done


def trouble(error: OSError, path: Path) -> str:
    """What the operating system refused, for whoever runs the command."""
    if error.errno in FULL:
        return f"Hết chỗ trên đĩa chứa {path}: dọn bớt hoặc chọn nơi khác. Không để lại tệp dở dang nào."
    if error.errno == errno.ENOENT:
        return f"Không có {path if path.parent.is_dir() else path.parent}."
    return f"Không đọc, ghi được {path}: {error.strerror}."
