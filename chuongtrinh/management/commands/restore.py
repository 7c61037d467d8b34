"""Bring a backup back into an empty installation."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.core.management.base import CommandParser
from django.utils import timezone

from chuongtrinh.backup import Manifest, restore
from chuongtrinh.management.commands import backup


class Command(backup.Command):
    help = "Phục hồi bản sao lưu vào nơi vừa cài, chưa có dữ liệu; trên SQLite hay PostgreSQL đều được."
    verb = "Phục hồi"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="tệp do lệnh backup làm ra")

    def run_on(self, path: Path) -> Manifest:
        return restore(path, self.told)

    def done(self, path: Path, manifest: Manifest) -> str:
        return f"Đã phục hồi {path}, sao lưu lúc {_moment(manifest.made_at)}: {backup.contents(manifest)}."


def _moment(made_at: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(made_at)):%H:%M ngày %d/%m/%Y}"
