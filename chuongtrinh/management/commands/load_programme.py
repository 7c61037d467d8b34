"""Read a programme document into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from chuongtrinh import loader


class Command(BaseCommand):
    help = "Nạp một chương trình hành động (không nêu tệp: chương trình kèm theo, có bảng đính chính)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="tệp .txt hoặc .md, bảng mã UTF-8")
        parser.add_argument("--corrections", type=Path, metavar="FILE", help="bảng đính chính .tsv")
        parser.add_argument("--committee", default="", metavar="NAME", help="cấp ủy ban hành")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem sẽ nạp những gì, không ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = loader.read_source(options["file"], options["corrections"])
            if options["dry_run"]:
                for line in loader.preview(source, options["committee"]):
                    self.stdout.write(line)
                return
            loaded = loader.load_source(source, options["committee"])
        except loader.LoadError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(loader.database_trouble(error)) from None
        programme = loaded.programme
        if not loaded.created:
            self.stdout.write(f"{programme} của {programme.committee} đã nạp từ trước, không có gì thay đổi.")
            return
        counts = [
            (programme.tasks.filter(kind="task").count(), "nhiệm vụ"),
            (programme.tasks.filter(kind="project").count(), "đề án"),
            (programme.indicators.count(), "chỉ tiêu"),
            (programme.corrections.count(), "chỗ đính chính"),
        ]
        self.stdout.write(
            f"Đã nạp {programme} của {programme.committee}: "
            + ", ".join(f"{count} {what}" for count, what in counts)
            + "."
        )
        if unplaced := programme.unplaced.count():
            self.stdout.write(f"Có {unplaced} dòng cần xem lại ở trang quản trị (dòng chưa xếp được).")
