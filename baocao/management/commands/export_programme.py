"""Print a programme with its work as JSON."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from baocao.exporters.programme import programme_json
from chuongtrinh.loader import BUNDLED, database_trouble
from chuongtrinh.models import Programme
from chuongtrinh.vietnamese import fold


class Command(BaseCommand):
    help = "In chương trình dưới dạng JSON (không nêu số: chương trình kèm theo)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", help="số, ký hiệu của chương trình")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="tính đến ngày; không nêu: hôm nay")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = _day(options["as_of"])
        try:
            exported = programme_json(_programme(options["number"]), as_of)
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        self.stdout.write(json.dumps(exported, ensure_ascii=False, indent=1))


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"Ngày “{text}” không hợp lệ: viết theo dạng YYYY-MM-DD, ví dụ 2026-09-30."
        ) from None


def _programme(number: str | None) -> Programme:
    rows = Programme.objects.defer("source").select_related("committee")
    if number is None:
        bundled = hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
        found = rows.filter(source_sha256=bundled).order_by("pk").first()
        if found is None:
            raise CommandError(
                "Chưa nạp chương trình kèm theo: chạy load_programme, hoặc nêu số của chương trình."
            )
        return found
    found = next((row for row in rows if row.number == number), None) or next(
        (row for row in rows if fold(row.number) == fold(number)), None
    )
    if found is None:
        raise CommandError(f"Không có chương trình số “{number}”.")
    return found
