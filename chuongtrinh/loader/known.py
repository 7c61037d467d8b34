"""Whether a document is known already, and the refusal of another text under a known number."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from itertools import islice

from django.db.models import Q

from chuongtrinh.loader.sources import LoadError, Source
from chuongtrinh.models import Committee, Programme
from chuongtrinh.reader.text import decode
from chuongtrinh.vietnamese import fold

_LONGEST_DIFF = 20
_LONGEST_LINE = 160


def find_same(source: Source) -> Programme | None:
    """The programme that these very bytes gave, whoever's it is and whatever it is called now.

    Where two committees loaded the same bytes, the one that the letterhead names comes first.
    """
    rows = list(Programme.objects.filter(source_sha256=source.document.source_sha256).order_by("pk"))
    if len(rows) > 1:
        issuer = find_issuer(source.document.letterhead.committee)
        rows.sort(key=lambda row: issuer is None or row.committee_id != issuer.pk)
    if not rows:
        return None
    _check_corrections(rows[0], source)
    return rows[0]


def find_issuer(name: str) -> Committee | None:
    """The committee of that name; a name that nobody bears now is that of the one that bore it once."""
    key = fold(name)
    if not key:
        return None
    for row in Committee.objects.all():
        if fold(row.name) == key:
            return row
    once = Committee.history.order_by("history_date", "pk").values_list("id", "name")
    bore = [pk for pk, former in once if fold(former) == key]
    return Committee.objects.filter(pk__in=bore[:1]).first()


def find_loaded(committee: Committee, source: Source) -> Programme | None:
    """The programme that this very source gave, None for a new one. Raises LoadError where it differs.

    A number is known within a committee for one day of issue or one term: numbering starts again with both.
    It stays known when it is corrected here, so what was loaded is asked as well as what stands now.
    """
    head = source.document.letterhead
    same = Q(issued_on=head.issued_on)
    if head.term:
        same |= Q(term_start=head.term[0], term_end=head.term[1])
    same &= Q(number=head.number[:60])
    loaded = Programme.history.filter(same, history_type="+").values("id")
    programme = Programme.objects.filter(same | Q(pk__in=loaded), committee=committee).order_by("pk").first()
    if programme is None:
        return None
    before, after = decode(bytes(programme.source)), decode(source.data)
    if before != after:
        raise LoadError(
            f"Chương trình số {programme.number} đã được nạp với nội dung khác; không thay đổi gì. "
            "Văn bản đã ký thì không sửa: chỗ chép sai thì ghi vào bảng đính chính.\n"
            + _difference(before.split("\n"), after.split("\n"))
        )
    _check_corrections(programme, source)
    return programme


def _check_corrections(programme: Programme, source: Source) -> None:
    # The reason of a correction is a remark: worded otherwise, it changes nothing that was read.
    laid = [f"{row.line}: {row.original} → {row.corrected}" for row in programme.corrections.all()]
    given = [f"{row.line}: {row.original} → {row.corrected}" for row in source.document.corrections]
    if laid != given:
        raise LoadError(
            f"Chương trình số {programme.number} đã được nạp với bảng đính chính khác "
            f"(đã nạp {len(laid)} dòng, tệp này {len(given)} dòng); không thay đổi gì.\n"
            + _difference(laid, given)
        )


def _difference(before: Sequence[str], after: Sequence[str]) -> str:
    found = unified_diff(before, after, "đã nạp", "tệp này", lineterm="", n=0)
    lines = [
        line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
        for line in islice(found, _LONGEST_DIFF + 1)
    ]
    if len(lines) > _LONGEST_DIFF:
        lines[_LONGEST_DIFF - 1 :] = ["… (còn nữa)"]
    return "\n".join(lines)
