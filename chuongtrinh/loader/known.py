"""Whether a document is known already, and the refusal of another text under a known number."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from itertools import islice

from django.db.models import Q

from chuongtrinh.loader.sources import LoadError, Source
from chuongtrinh.models import Committee, Programme
from chuongtrinh.reader.text import decode

_LONGEST_DIFF = 20
_LONGEST_LINE = 160


def find_loaded(committee: Committee, source: Source) -> Programme | None:
    """The programme that this very source gave, None for a new one. Raises LoadError where it differs.

    A number is known within a committee for one day of issue or one term: numbering starts again with both.
    """
    head = source.document.letterhead
    same = Q(issued_on=head.issued_on)
    if head.term:
        same |= Q(term_start=head.term[0], term_end=head.term[1])
    programme = Programme.objects.filter(same, committee=committee, number=head.number[:60]).first()
    if programme is None:
        return None
    before, after = decode(bytes(programme.source)), decode(source.data)
    if before != after:
        raise LoadError(
            f"Chương trình số {programme.number} đã được nạp với nội dung khác; không thay đổi gì. "
            "Văn bản đã ký thì không sửa: chỗ chép sai thì ghi vào bảng đính chính.\n"
            + _difference(before.split("\n"), after.split("\n"))
        )
    # The reason of a correction is a remark: worded otherwise, it changes nothing that was read.
    laid = [f"{row.line}: {row.original} → {row.corrected}" for row in programme.corrections.all()]
    given = [f"{row.line}: {row.original} → {row.corrected}" for row in source.document.corrections]
    if laid != given:
        raise LoadError(
            f"Chương trình số {programme.number} đã được nạp với bảng đính chính khác "
            f"(đã nạp {len(laid)} dòng, tệp này {len(given)} dòng); không thay đổi gì.\n"
            + _difference(laid, given)
        )
    return programme


def _difference(before: Sequence[str], after: Sequence[str]) -> str:
    found = unified_diff(before, after, "đã nạp", "tệp này", lineterm="", n=0)
    lines = [
        line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
        for line in islice(found, _LONGEST_DIFF + 1)
    ]
    if len(lines) > _LONGEST_DIFF:
        lines[_LONGEST_DIFF - 1 :] = ["… (còn nữa)"]
    return "\n".join(lines)
