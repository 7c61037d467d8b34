"""An office with something in every corner of its record, and ways to save and restore it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone

from baocao.evidence import store
from baocao.models import Draft, Evidence, Period, Update
from chuongtrinh.models import Programme
from nhiemvu.models import Indicator, Task
from tests.evidence_files import pdf

PROOF = pdf(more=b"% bien ban hop\n" * 500)


@pytest.fixture
def files(settings, tmp_path: Path) -> Path:
    """Where this installation keeps evidence."""
    settings.VAR_DIR = tmp_path
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def office(transactional_db, personas, programme: Programme, files: Path) -> SimpleNamespace:
    """The signed programme, accounts, and one report of each fate; two proofs with the same content."""
    sha256, size = store.keep(io.BytesIO(PROOF), files)
    task = Task.objects.get(programme=programme, code="II.3.2-03")
    today = timezone.localdate()
    period = Period.objects.create(
        programme=programme, kind="month", key="2026-06", label="Tháng 6/2026", start=today, end=today,
        submit_by=timezone.now(),
    )  # fmt: skip
    unit, head = personas.truongdonvi.unit, personas.truongdonvi
    written = {"task": task, "period": period, "unit": unit, "author": head, "effective_on": today}
    sent = Update.objects.create(**written, content="Đã họp “lấy ý kiến”\r\n\t5% hộ dân % 😀\\", percent=40)
    draft = Draft.objects.create(**written, content="", no_change=True)
    proof = {"sha256": sha256, "name": "biên bản.pdf", "media_type": "application/pdf", "size": size}
    Evidence.objects.create(update=sent, **proof, added_by=head)
    Evidence.objects.create(draft=draft, **proof, added_by=head)
    Evidence.objects.create(update=sent, number="12/BC-UBND", issued_on=today, added_by=head)
    task.title = f"{task.title} (sửa)"
    task.save()
    Indicator.objects.filter(programme=programme).first().save()
    LogEntry.objects.create(
        user=personas.vanphong, content_type=ContentType.objects.get_for_model(Task), object_id=task.pk,
        object_repr=str(task), action_flag=CHANGE,
    )  # fmt: skip
    # Days that no clock would give: what fills itself in when a row is made must come back as it was.
    Update.objects.filter(pk=sent.pk).update(recorded_at=timezone.now() - timedelta(400))
    Draft.objects.filter(pk=draft.pk).update(saved_at=timezone.now() - timedelta(300))
    return SimpleNamespace(programme=programme, sent=sent, sha256=sha256, **vars(personas))


@pytest.fixture
def saved(office, tmp_path: Path) -> Path:
    """The office's backup."""
    path = tmp_path / "saved.zip"
    call_command("backup", str(path), stdout=io.StringIO())
    return path


_archive: list[bytes] = []


@pytest.fixture
def emptied(transactional_db, files: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Such a backup, made once, beside an installation that holds nothing yet."""
    if not _archive:
        _archive.append(request.getfixturevalue("saved").read_bytes())
        empty(files)
    path = tmp_path / "saved.zip"
    path.write_bytes(_archive[0])
    return path


def empty(files: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    ContentType.objects.clear_cache()
    if files.exists():
        files.rename(files.with_name(f"evidence-{len(list(files.parent.iterdir()))}"))


def everything() -> dict[str, Any]:
    """Every row of every table as Django's own serializer sees it: another way than the backup's."""
    out = io.StringIO()
    call_command("dumpdata", exclude=["sessions", "axes"], use_base_manager=True, stdout=out)
    return {f"{row['model']}.{row['pk']}": row["fields"] for row in json.loads(out.getvalue())}


def kept_files(root: Path) -> dict[str, bytes]:
    if not root.exists():
        return {}
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def rows_of_all() -> int:
    """Rows outside what migrate makes."""
    left_out = {"sessions", "axes", "contenttypes", "auth"}
    return sum(
        model._base_manager.count() for model in apps.get_models() if model._meta.app_label not in left_out
    )


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with its members changed, put together again by whoever would deceive."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    path.unlink()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def manifest_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))
