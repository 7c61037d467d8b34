"""From a programme document to rows: all of it in one transaction, or nothing.

``load`` is what the command, the first start and the tests call. Loading the same text with the same
corrections again changes nothing, whatever was renamed or renumbered here in the meantime; another text under
a known number is refused with what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from chuongtrinh.loader.bodies import Bodies
from chuongtrinh.loader.known import find_issuer, find_loaded, find_same
from chuongtrinh.loader.naming import clip
from chuongtrinh.loader.preview import preview
from chuongtrinh.loader.rows import Rows
from chuongtrinh.loader.sources import BUNDLED, LoadError, Source, read_source
from chuongtrinh.models import Committee, Programme
from chuongtrinh.reader import Document
from chuongtrinh.vietnamese import fold, sentence_case

__all__ = [
    "BUNDLED",
    "LoadError",
    "Loaded",
    "Source",
    "database_trouble",
    "load",
    "load_source",
    "preview",
    "read_source",
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load came to: ``created`` is False where the programme had been loaded before."""

    programme: Programme
    document: Document
    created: bool


def load(file: Path | None = None, corrections: Path | None = None, committee: str = "") -> Loaded:
    """Load a document, by default the bundled one with its corrections. Raises LoadError in Vietnamese."""
    return load_source(read_source(file, corrections), committee)


@transaction.atomic
def load_source(source: Source, committee: str = "") -> Loaded:
    """Load what ``read_source`` read. ``committee`` names the issuer instead of the letterhead."""
    head = source.document.letterhead
    if not committee and (programme := find_same(source)):
        return Loaded(programme, source.document, created=False)
    name = clip(" ".join((committee or head.committee).split()), 200)
    if not fold(name):
        raise LoadError('Không thấy tên cấp ủy ban hành ở đầu văn bản. Hãy nêu tên: --committee "Đảng ủy …".')
    if not head.number:
        raise LoadError(
            "Không thấy số, ký hiệu ở đầu văn bản (dòng “Số …”). Hãy bổ sung vào tệp hoặc bảng đính chính."
        )
    owner = find_issuer(name)
    if owner and (programme := find_loaded(owner, source)):
        return Loaded(programme, source.document, created=False)
    if owner is None:
        parent = sentence_case(head.parent_name, names=[head.place])
        owner = Committee.objects.create(
            name=name, parent_name=clip(parent, 200), place=clip(head.place, 100)
        )
    rows = Rows(source, owner, Bodies(owner, source.document))
    return Loaded(rows.create(), source.document, created=True)


def database_trouble(error: DatabaseError) -> str:
    """One Vietnamese line for a database that cannot be used: most often it has not been migrated."""
    try:
        ready = Programme._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        return "Không kết nối được cơ sở dữ liệu. Hãy kiểm tra DATABASE_URL và máy chủ cơ sở dữ liệu."
    if not ready:
        return "Cơ sở dữ liệu chưa được tạo bảng: chạy migrate (python manage.py migrate) rồi nạp lại."
    line = " ".join(str(error).split())
    return f"Cơ sở dữ liệu báo lỗi, chưa ghi gì: {line[:200]}. Thử chạy migrate rồi nạp lại."
