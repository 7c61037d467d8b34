"""Prove that an issued report is what was issued."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from baocao.models import Review
from baocao.review.sealing import verify
from chuongtrinh.loader import database_trouble


class Command(BaseCommand):
    help = "Kiểm tra một báo cáo đã ban hành: băm lại, kết xuất lại mọi thứ đã lưu và so với lúc ban hành."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="số trong địa chỉ của báo cáo: /bao-cao/ID/")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = _review(options["id"])
            findings = verify(row)
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        for one in findings:
            self.stdout.write(f"{'đúng' if one.ok else 'SAI '}  {one.what}: {one.said}")
        wrong = [one.what for one in findings if not one.ok]
        if wrong:
            raise CommandError(f"{row}: không còn nguyên như lúc ban hành ({', '.join(wrong)}).")
        self.stdout.write(f"{row}: nguyên vẹn như lúc ban hành.")


def _review(text: str) -> Review:
    known = text.isascii() and text.isdecimal() and len(text) < 19
    row = Review.objects.select_related("period").filter(pk=int(text)).first() if known else None
    if row is None:
        raise CommandError(f"Không có báo cáo “{text}”: ghi số trong địa chỉ /bao-cao/ID/ của báo cáo.")
    if not row.is_sealed:
        raise CommandError(f"{row} chưa ban hành, chưa niêm phong: chưa có gì để kiểm tra.")
    return row
