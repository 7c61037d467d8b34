"""Send the day's reminders: run once each morning by a timer; a second run does nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from baocao import digests
from chuongtrinh.loader import database_trouble


class Command(BaseCommand):
    help = "Gửi thư nhắc việc của ngày (mặc định hôm nay), chỉ vào ngày làm việc, mỗi người một thư."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", default="", metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        day = _day(options["on"])
        try:
            result = digests.remind(day)
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        self.stdout.write(f"{day:%d/%m/%Y}: {_told(result)}")
        if result.unsent:
            why = f" ({result.trouble})" if result.trouble else ""
            raise CommandError(
                f"Chưa gửi được {len(result.unsent)} thư{why}: {', '.join(result.unsent)}. "
                "Lần chạy sau gửi lại."
            )


def _told(result: digests.Result) -> str:
    if not result.working:
        return "ngày nghỉ, không nhắc."
    where = "" if settings.MAIL_GOES_OUT else " vào thư mục mail (chưa đặt EMAIL_URL)"
    told = [f"gửi {result.sent} thư{where}"] if result.sent else []
    if result.without_address:
        names = ", ".join(result.without_address)
        told.append(
            f"{len(result.without_address)} người chưa có địa chỉ thư, chỉ xem ở trang Nhắc việc ({names})"
        )
    told += [f"{len(result.unsent)} thư chưa gửi được"] if result.unsent else []
    return f"{'; '.join(told)}." if told else "không có gì mới để nhắc."


def _day(text: str) -> date:
    """A day to come may only be tried: where mail goes out, nobody is reminded before the time."""
    today = timezone.localdate()
    if not text:
        return today
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError
        day = date.fromisoformat(text)
        if not 2000 <= day.year < 2100:
            raise ValueError
    except ValueError:
        raise CommandError(f"Không hiểu ngày “{text}”. Ghi dạng 2026-11-23.") from None
    if day > today and settings.MAIL_GOES_OUT:
        raise CommandError(
            f"{day:%d/%m/%Y} chưa đến: khi đã cấu hình gửi thư (EMAIL_URL) thì không nhắc trước ngày."
        )
    return day
