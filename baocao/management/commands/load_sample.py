"""Fill a trial database with sample data; a real office's database is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from baocao import sample
from chuongtrinh.loader import database_trouble
from chuongtrinh.models import Programme, User
from phancong.models import Plan

WIDTH = 70


class Command(BaseCommand):
    help = "Nạp dữ liệu minh họa đến một ngày (mặc định hôm nay); chỉ trong cơ sở dữ liệu của make demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", default="", metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMPLE_DATA:
            raise CommandError("Chỉ nạp dữ liệu minh họa khi SAMPLE_DATA=true. Dùng: make demo.")
        try:
            until = date.fromisoformat(options["until"]) if options["until"] else timezone.localdate()
        except ValueError:
            raise CommandError(f"Không hiểu ngày “{options['until']}”. Ghi dạng 2026-11-23.") from None
        try:
            programme = Programme.objects.select_related("committee").order_by("pk").first()
            if programme is None:
                raise CommandError("Chưa có chương trình. Chạy load_programme trước.")
            if not User.objects.filter(committee=programme.committee, role=User.Role.SECRETARY).exists():
                raise CommandError("Chưa có tài khoản. Chạy create_role_accounts trước.")
            if Plan.objects.exists():
                self.stdout.write("Đã có kế hoạch trong cơ sở dữ liệu: giữ nguyên.")
                return
            sample.tell(programme, until, self.told)
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        self.stdout.write(f"Đã nạp dữ liệu minh họa đến ngày {until:%d/%m/%Y}.".ljust(WIDTH))

    def told(self, what: str) -> None:
        """Where somebody watches: how far the story is, on one line that writes over itself."""
        if self.stdout.isatty():
            self.stdout.write(f"Dữ liệu minh họa, {what}"[:WIDTH].ljust(WIDTH), ending="\r")
            self.stdout.flush()
