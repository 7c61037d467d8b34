"""Save the whole record, rows and evidence, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from chuongtrinh.backup import Manifest, Refused, back_up
from chuongtrinh.loader import database_trouble

WIDTH = 70


def contents(manifest: Manifest) -> str:
    return f"{len(manifest.tables)} bảng, {manifest.rows} dòng, {len(manifest.files)} tệp minh chứng, báo cáo"


class Command(BaseCommand):
    help = "Sao lưu toàn bộ dữ liệu, minh chứng, tệp báo cáo vào một tệp; chạy được khi mọi người đang làm."
    verb = "Sao lưu"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="tệp chưa có, ví dụ sao-luu-2026-11-23.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            manifest = self.run_on(path)
        except Refused as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        self.stdout.write(self.done(path, manifest).ljust(WIDTH if self.stdout.isatty() else 0))
        if lost := manifest.missing:
            self.stderr.write(
                f"Thiếu {len(lost)} tệp minh chứng, báo cáo bị mất, hỏng từ trước khi sao lưu: "
                f"{', '.join(lost)}."
            )

    def run_on(self, path: Path) -> Manifest:
        return back_up(path, self.told)

    def done(self, path: Path, manifest: Manifest) -> str:
        size = path.stat().st_size / 1024**2
        return f"Đã sao lưu vào {path}: {contents(manifest)}, {size:.1f} MB."

    def told(self, what: str) -> None:
        """Where somebody watches: how far it is, on one line that writes over itself."""
        if self.stdout.isatty():
            self.stdout.write(f"{self.verb}: {what}"[:WIDTH].ljust(WIDTH), ending="\r")
            self.stdout.flush()
