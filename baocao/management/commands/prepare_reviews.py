"""Draft the reports of locked periods: run each day by a timer; a second run does nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from baocao.models import Period
from baocao.review.drafting import open_draft
from chuongtrinh.loader import database_trouble


class Command(BaseCommand):
    help = "Lập dự thảo báo cáo cho mỗi kỳ đã khóa mà chưa có báo cáo nào."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", default="", metavar="YYYY-MM-DD", help="chỉ các kỳ đã hết vào ngày này; mặc định hôm nay"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day, made = _day(options["on"]), 0
        try:
            for period in _without_any(day):
                try:
                    row = open_draft(period, None)
                except ValidationError as refused:  # somebody was quicker, up to the issue
                    self.stdout.write(" ".join(refused.messages))
                    continue
                made += 1
                self.stdout.write(f"Dự thảo {row}: số liệu đến {row.as_of:%d/%m/%Y}, /bao-cao/{row.pk}/")
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        self.stdout.write(f"Đã lập {made} dự thảo." if made else "Không có kỳ nào cần lập dự thảo.")


def _without_any(day: date) -> list[Period]:
    rows = Period.objects.filter(state=Period.State.LOCKED, end__lte=day, reviews=None)
    return list(rows.order_by("end", "start", "pk"))


def _day(text: str) -> date:
    today = timezone.localdate()
    try:
        if text and len(text) != len("YYYY-MM-DD"):
            raise ValueError
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise CommandError(f"Không hiểu ngày “{text}”. Ghi dạng 2026-11-23.") from None
    if day > today:
        raise CommandError(f"{day:%d/%m/%Y} chưa đến: không lập báo cáo trước ngày.")
    return day
