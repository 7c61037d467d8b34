"""What was saved comes back, row by row and byte by byte, on the same database and on the other one."""

from __future__ import annotations

import io
import os
import stat
import threading
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from baocao.evidence import store
from baocao.models import Evidence, Update
from chuongtrinh.backup import saving, tables
from chuongtrinh.models import Committee, User
from tests.commands import manage

from .conftest import empty, everything, kept_files, manifest_of


def restore(path: Path) -> str:
    out = io.StringIO()
    call_command("restore", str(path), stdout=out)
    return out.getvalue()


def test_every_row_and_every_file_comes_back(office, saved, files):
    before, proofs = everything(), kept_files(files)
    assert len(proofs) == 1  # two rows, one content
    empty(files)
    assert kept_files(files) == {}
    told = restore(saved)
    assert everything() == before
    assert kept_files(files) == proofs
    assert f"{len(tables.kept_models())} bảng" in told
    assert "1 tệp minh chứng" in told


def test_a_restored_office_backs_up_as_the_very_same_bytes(emptied, tmp_path):
    restore(emptied)
    call_command("backup", str(tmp_path / "again.zip"), stdout=io.StringIO())
    one, two = manifest_of(emptied), manifest_of(tmp_path / "again.zip")
    assert one.pop("made_at") != two.pop("made_at")
    assert one == two


def test_new_rows_get_numbers_after_the_restored_ones(emptied):
    restore(emptied)
    newest = {model: model._base_manager.order_by("-pk").first() for model in (Committee, Evidence)}
    assert Committee.objects.create(name="Đảng ủy xã Mới").pk > newest[Committee].pk
    proof = newest[Evidence]
    proof.pk = None
    proof.save(force_insert=True)
    assert proof.pk


def test_no_table_is_forgotten(transactional_db):
    """Whatever the database holds is saved, or named here as what is not."""
    left_out = {"django_migrations", "django_session"}
    there = {name for name in connection.introspection.table_names() if not name.startswith("axes_")}
    assert there - left_out == {model._meta.db_table for model in tables.kept_models()}
    assert {app.label for app in apps.get_app_configs()} >= tables.LEFT_OUT


def test_sessions_stay_behind(office, client, files, tmp_path):
    client.force_login(office.vanphong)
    call_command("backup", str(tmp_path / "a.zip"), stdout=io.StringIO())
    empty(files)
    restore(tmp_path / "a.zip")
    assert not Session.objects.exists()
    assert office.vanphong.username in {row.username for row in User.objects.all()}


def test_the_archive_is_for_the_sites_own_account(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite trong bộ nhớ có một kết nối duy nhất")
def test_people_go_on_writing_and_the_backup_is_of_one_moment(office, tmp_path, monkeypatch):
    """What is written while the backup runs waits for nobody and is not in it."""
    waited, usual, began = [], tables.lines, threading.Event()

    def write() -> None:
        began.wait(10)
        start = time.monotonic()
        try:
            Committee.objects.create(name="Đảng ủy ghi lúc đang sao lưu")
        finally:
            waited.append(time.monotonic() - start)
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()

    def slowly(model):
        if not began.is_set():
            yield from usual(model)  # the moment is that of the first table
            began.set()
            writer.join(20)
        else:
            yield from usual(model)

    monkeypatch.setattr(saving.tables, "lines", slowly)
    before = Committee.objects.count()
    path = tmp_path / "busy.zip"
    call_command("backup", str(path), stdout=io.StringIO())
    assert waited[0] < 5
    assert Committee.objects.count() == before + 1
    counted = {row["name"]: row["rows"] for row in manifest_of(path)["tables"]}
    assert counted["chuongtrinh_committee"] == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="chỉ SQLite khóa khi bắt đầu ghi")
def test_on_sqlite_a_backup_never_takes_the_writers_lock(office, tmp_path):
    with CaptureQueriesContext(connection) as queries:
        call_command("backup", str(tmp_path / "a.zip"), stdout=io.StringIO())
    assert [row["sql"] for row in queries if row["sql"].startswith("BEGIN")] == ["BEGIN DEFERRED"]
    assert connection.transaction_mode == "IMMEDIATE"


def test_a_proof_that_is_lost_is_told_and_the_rest_is_saved(office, files, tmp_path, capsys):
    store.place(office.sha256, files).write_bytes(b"hong")
    path, errors = tmp_path / "less.zip", io.StringIO()
    call_command("backup", str(path), stdout=io.StringIO(), stderr=errors)
    assert office.sha256 in errors.getvalue()
    assert manifest_of(path)["missing"] == [office.sha256]
    empty(files)
    call_command("restore", str(path), stdout=io.StringIO(), stderr=errors)
    assert Evidence.objects.filter(sha256=office.sha256).count() == 2


# --- the other database ---------------------------------------------------------------------------------


@pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "postgres", reason="cần cả hai cơ sở dữ liệu")
def test_from_postgresql_to_sqlite_and_back(office, saved, files, tmp_path, request):
    if request.config.getoption("nomigrations"):
        pytest.skip("cần các bước migrate thật")
    before, proofs = everything(), kept_files(files)
    there = {
        "VAR_DIR": str(tmp_path / "sqlite"),
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": "a",
        "DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3",
    }
    (tmp_path / "sqlite").mkdir()
    back = tmp_path / "back.zip"
    for command in (["migrate", "-v0"], ["restore", str(saved)], ["backup", str(back)]):
        done = manage(*command, **there)
        assert (done.returncode, done.stderr) == (0, "")
    assert kept_files(tmp_path / "sqlite/evidence") == proofs
    assert manifest_of(back)["members"] == manifest_of(saved)["members"]
    empty(files)
    restore(back)
    assert everything() == before
    assert kept_files(files) == proofs


def test_only_an_empty_installation_is_restored_into(office, saved, files):
    before = everything()
    with pytest.raises(CommandError, match="chưa có dữ liệu"):
        restore(saved)
    assert everything() == before
    assert Update.objects.get(pk=office.sent.pk).content == office.sent.content
