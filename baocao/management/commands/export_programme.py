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
        parser.add_argument("--committee", default="", metavar="NAME", help="cấp ủy ban hành")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="tính đến ngày; không nêu: hôm nay")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = _day(options["as_of"])
        try:
            exported = programme_json(_programme(options["number"], options["committee"]), as_of)
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


def _programme(number: str | None, committee: str) -> Programme:
    """The programme that is asked for; where a number means two, the question is refused and not guessed."""
    rows = list(Programme.objects.defer("source").select_related("committee").order_by("pk"))
    if committee:
        rows = [row for row in rows if fold(row.committee.name) == fold(committee)]
        if not rows:
            raise CommandError(f"Không có chương trình nào của “{committee}”.")
    if number is None:
        bundled = hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
        found = [row for row in rows if row.source_sha256 == bundled]
        if not found:
            raise CommandError(
                "Chưa nạp chương trình kèm theo: chạy load_programme, hoặc nêu số của chương trình."
            )
        return found[0]  # the one that was loaded first; another committee's is asked for by its name
    found = [row for row in rows if row.number == number] or [
        row for row in rows if fold(row.number) == fold(number)
    ]
    if not found:
        raise CommandError(f"Không có chương trình số “{number}”.")
    return _only(found, f"Số “{number}”")


def _only(found: list[Programme], what: str) -> Programme:
    if len(found) == 1:
        return found[0]
    committees = sorted({row.committee.name for row in found})
    if len(committees) > 1:
        raise CommandError(
            f'{what} có ở nhiều cấp ủy ({"; ".join(committees)}): nêu rõ bằng --committee "{committees[0]}".'
        )
    days = ", ".join(f"{row.issued_on:%d/%m/%Y}" if row.issued_on else "không rõ ngày" for row in found)
    raise CommandError(
        f"{what} là của {len(found)} văn bản do {committees[0]} ban hành (ngày {days}): "
        "không rõ in văn bản nào."
    )
