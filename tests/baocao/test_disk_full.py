"""No room left: a clear message, reading goes on, no half row and no orphan file."""

from __future__ import annotations

import errno
import os
import sqlite3
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from baocao import drafting, reporting
from baocao.models import Asked, Draft, Evidence
from baocao.report_data import ReportData
from chuongtrinh.views import is_full
from phancong.models import Unit
from tests.evidence_files import pdf

from .test_reporting import TODAY, at

PAGE = "/viec-cua-toi/"
LONG = "Đã họp lấy ý kiến từng thôn. " * 900


@pytest.fixture
def desk(personas, programme, settings, tmp_path) -> Any:
    """A head at the page of an open month."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    with at(TODAY):
        period = reporting.open_period(programme, "2026-06", personas.vanphong)
        asked = Asked.objects.filter(period=period, unit=personas.truongdonvi.unit).first()
        client = Client(raise_request_exception=False)
        client.force_login(personas.truongdonvi)
        client.asked, client.head, client.files = asked, personas.truongdonvi, settings.EVIDENCE_DIR
        yield client


def save(desk: Any, *, script: bool = False, **more: Any) -> Any:
    name = f"v{desk.asked.pk}"
    data = {
        "version": "",
        "seen": "",
        "choice": "dung",
        "content": LONG,
        "effective_on": "10/06/2026",
        **more,
    }
    headers = {"X-Requested-With": "fetch"} if script else {}
    return desk.post(f"{PAGE}luu/", {f"{name}-{key}": value for key, value in data.items()}, headers=headers)


def draft_of(desk: Any) -> Draft:
    data = ReportData(content="Đã họp", effective_on=TODAY)
    return reporting.save_draft(desk.asked, desk.head, data, version=None)


def kept(desk: Any) -> list[str]:
    return [path.name for path in desk.files.rglob("*") if path.is_file()]


# SQLite itself refuses the page that is one too many.
@pytest.fixture
def full(transactional_db, desk) -> Any:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL không có giới hạn để đặt thử")
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        yield desk
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.parametrize("script", [True, False])
def test_a_full_database_is_told_and_reading_goes_on(full, script):
    before = Unit.objects.count()
    answer = save(full, script=script)
    assert answer.status_code == 507
    assert "Máy chủ hết chỗ chứa dữ liệu" in answer.content.decode()
    assert not Draft.objects.exists()
    assert full.get(PAGE).status_code == 200
    assert full.get("/nhiem-vu/").status_code == 200
    assert Unit.objects.count() == before


def test_a_proof_whose_row_finds_no_room_is_not_kept(desk, monkeypatch):
    draft = draft_of(desk)

    def no_room(*_: Any, **__: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(type(draft.evidence), "get_or_create", no_room)
    with pytest.raises(DatabaseError):
        drafting.attach_file(draft, desk.head, SimpleUploadedFile("a.pdf", pdf()))
    assert kept(desk) == []
    assert not Evidence.objects.exists()


def test_a_proof_that_another_report_needs_stays(desk):
    draft = draft_of(desk)
    drafting.attach_file(draft, desk.head, SimpleUploadedFile("a.pdf", pdf()))
    other = Draft(pk=0)  # sent meanwhile
    with pytest.raises(ValidationError, match="vừa được gửi"):
        drafting.attach_file(other, desk.head, SimpleUploadedFile("a.pdf", pdf()))
    with pytest.raises(ValidationError, match="vừa được gửi"):
        drafting.attach_file(other, desk.head, SimpleUploadedFile("b.pdf", pdf(more=b"% khac\n")))
    assert kept(desk) == [Evidence.objects.get().sha256]


def test_a_disk_that_takes_no_file_is_told_beside_the_card(desk, monkeypatch):
    """The words are kept in the database, the file is asked for again."""

    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("baocao.evidence.store.os.replace", no_room)
    proof = BytesIO(pdf())
    proof.name = "bien-ban.pdf"
    answer = save(desk, papers=proof)
    assert answer.status_code == 409
    assert "hết chỗ chứa tệp" in answer.content.decode()
    assert Draft.objects.get().content == LONG.strip()
    assert kept(desk) == []
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(("free", "full"), [(0, True), (10**9, False)])
def test_sqlite_that_cannot_write_is_full_only_where_the_disk_is(monkeypatch, free, full):
    cause = sqlite3.OperationalError("disk I/O error")
    cause.sqlite_errorname = "SQLITE_IOERR_WRITE"
    error = OperationalError("disk I/O error")
    error.__cause__ = cause
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free))
    assert is_full(error) is full


def test_a_data_directory_that_is_gone_is_no_full_disk(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "khong-co"
    error = OperationalError("unable to open database file")
    error.__cause__ = sqlite3.OperationalError("unable to open database file")
    error.__cause__.sqlite_errorname = "SQLITE_CANTOPEN"
    assert not is_full(error)


@pytest.mark.parametrize(
    ("cause", "full"),
    [
        (psycopg.errors.DiskFull(), True),
        (psycopg.errors.ConnectionTimeout(), False),
        (None, False),
    ],
)
def test_what_postgresql_says_of_a_full_disk_is_understood(cause, full):
    error = OperationalError("…")
    error.__cause__ = cause
    assert is_full(error) is full


def test_an_upload_that_finds_no_room_on_the_way_is_told(desk, monkeypatch):
    """Large uploads lie in a temporary file before any rule sees them."""

    def no_room(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("baocao.views.mine.keep_all", no_room)
    answer = save(desk)
    assert answer.status_code == 507
    assert "Máy chủ hết chỗ chứa dữ liệu" in answer.content.decode()
