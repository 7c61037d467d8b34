"""kill -9 in mid-write: what the server has acknowledged is there afterwards, and nothing half.

Several people write at once over HTTP (save, send, add a proof) until the server is killed at a moment that
nobody chose. The next server is started and every acknowledged word is looked for. On PostgreSQL every tenth
time the database's own process that serves the site is killed first.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from baocao.evidence import store
from baocao.models import Asked, Draft, Evidence, Update
from chuongtrinh.backup import tables
from tests.bench.report import progress
from tests.bench.site import LOST, PAGE, Site
from tests.evidence_files import pdf

WRITERS = 4
EVERY_BACKEND = 10


@dataclass
class Ledger:
    """What one writer was told, and what it asked for without hearing the end of it."""

    asked: Asked
    said: int = 0
    heard: int = 0
    tried: set[str] = field(default_factory=set)
    """Every text that was ever on the way."""
    version: str = ""
    seen: str = ""
    saved: str = ""
    """The last text that was acknowledged as a draft or as sent."""
    open: str = ""
    """The text that was on the way when the server died."""
    sent: list[str] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """Saves, proves and sends one task's report over and over, until its server is gone."""

    def __init__(self, site: Site, ledger: Ledger) -> None:
        super().__init__(daemon=True)
        self.site, self.ledger = site, ledger
        self.fault = ""

    def run(self) -> None:
        try:
            self.line = self.site.connect()
            while not self.fault:
                self._once()
        except LOST:
            pass

    def _once(self) -> None:
        ledger, name = self.ledger, f"v{self.ledger.asked.pk}"
        ledger.said += 1
        ledger.open = f"Việc {ledger.asked.pk}, lần {ledger.said}: " + "đã họp thôn, " * random.randint(
            1, 400
        )
        ledger.open = ledger.open.strip()
        ledger.tried.add(ledger.open)
        proof = pdf(more=b"% " + os.urandom(8).hex().encode() * 500) if ledger.said % 2 == 0 else None
        for _ in range(3):
            fields = {
                f"{name}-version": self.ledger.version,
                f"{name}-seen": self.ledger.seen,
                f"{name}-choice": "dung",
                f"{name}-content": ledger.open,
                f"{name}-effective_on": f"{timezone.localdate():%d/%m/%Y}",
            }
            file = (f"{name}-papers", proof) if proof else None
            status, body = self.line.post(f"{PAGE}luu/", fields, file=file, script=True)
            if status not in (200, 409):
                return self._failed(status, body)
            told = json.loads(body)
            self.ledger.version, self.ledger.seen = str(told["version"] or ""), str(told["seen"] or "")
            if status == 200:
                break
        else:
            return self._failed(status, body)
        ledger.saved = ledger.open
        ledger.heard += 1
        ledger.proofs += [hashlib.sha256(proof).hexdigest()] if proof else []
        if ledger.said % 3:
            fields |= {"chi": str(ledger.asked.pk), f"{name}-version": self.ledger.version}
            status, body = self.line.post(f"{PAGE}gui/", fields)
            if status != 302:
                return self._failed(status, body)
            ledger.sent.append(ledger.open)
            ledger.heard += 1
            self.ledger.version = ""
        ledger.open = ""

    def _failed(self, status: int, body: bytes) -> None:
        # A database that has just lost a process answers 503: nothing was acknowledged.
        self.fault = "" if status == 503 else f"{status}: {body[:200]!r}"
        if status == 503:
            raise ConnectionError


def run(site: Site, kills: int, seed: int) -> tuple[list[str], dict[str, Any]]:
    """Kill so many times; what went wrong, one line each, and how much was written."""
    chance = random.Random(seed)
    ledgers = [Ledger(asked) for asked in site.asked[:WRITERS]]
    faults: list[str] = []
    counted: Counter[str] = Counter()
    site.start()
    if not site.answers():
        return ["máy chủ không chạy"], {}
    if connection.vendor == "sqlite" and not Path(f"{settings.DATABASES['default']['NAME']}-shm").exists():
        faults.append("đĩa đầy thì không đọc được nữa: máy chủ không giữ các tệp bên cạnh cơ sở dữ liệu")
    for turn in range(1, kills + 1):
        progress(f"kill -9: {turn}/{kills}")
        writers = [Writer(site, ledger) for ledger in ledgers]
        for writer in writers:
            writer.start()
        _after_some(ledgers, chance)
        if connection.vendor == "postgresql" and turn % EVERY_BACKEND == 0:
            counted["backends"] += kill_backend()
            time.sleep(0.2)
        site.kill()
        for writer in writers:
            writer.join(30)
        faults += [f"lần {turn}: {writer.fault}" for writer in writers if writer.fault]
        counted["in_flight"] += sum(bool(ledger.open) for ledger in ledgers)
        site.start()
        if not site.answers():
            faults.append(f"lần {turn}: máy chủ không chạy lại")
            break
        faults += [f"lần {turn}: {fault}" for fault in wrong(ledgers)]
    site.kill()
    faults += broken()
    if not (any(ledger.sent for ledger in ledgers) and any(ledger.proofs for ledger in ledgers)):
        faults.append("phép thử không ghi được gì")
    counted["kills"] = turn
    counted["sent"] = sum(len(ledger.sent) for ledger in ledgers)
    counted["heard"] = sum(ledger.heard for ledger in ledgers)
    counted["proofs"] = sum(len(ledger.proofs) for ledger in ledgers)
    return faults, dict(counted)


def _after_some(ledgers: list[Ledger], chance: random.Random) -> None:
    """Come back when a few more words have been acknowledged, at any moment of the writing that follows."""
    enough = sum(ledger.heard for ledger in ledgers) + chance.randint(1, 12)
    until = time.monotonic() + 10
    while sum(ledger.heard for ledger in ledgers) < enough and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.15))


def kill_backend() -> int:
    """Kill -9 one of the database's processes that serve the site; PostgreSQL recovers by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
        )
        found = cursor.fetchone()
    connections.close_all()
    if found:
        os.kill(found[0], signal.SIGKILL)
    return bool(found)


def wrong(ledgers: list[Ledger]) -> list[str]:
    """Every acknowledged word that is not there, and every word that is there by halves."""
    try:
        return [fault for ledger in ledgers for fault in _wrong(ledger)]
    finally:
        connections.close_all()


def _wrong(ledger: Ledger) -> list[str]:
    task = ledger.asked.task_id
    updates = list(Update.objects.filter(task=task).order_by("pk").values_list("content", flat=True))
    draft = Draft.objects.filter(task=task).values_list("content", flat=True).first()
    found = [f"việc {task}: mất bản đã gửi" for text in ledger.sent if text not in updates]
    found += [f"việc {task}: {times} bản giống nhau" for times in Counter(updates).values() if times > 1]
    found += [f"việc {task}: có bản không ai gửi" for text in updates if text not in ledger.tried]
    newest = draft if draft is not None else updates[-1] if updates else ""
    if newest not in {ledger.saved, ledger.open} - {""} and ledger.saved:
        found.append(f"việc {task}: mất bản nháp đã lưu")
    if draft is not None and draft in updates:
        found.append(f"việc {task}: gửi dở, vừa là nháp vừa là bản đã gửi")
    rows = Evidence.objects.exclude(sha256="").filter(sha256__in=ledger.proofs)
    there = set(rows.values_list("sha256", flat=True))
    found += [f"việc {task}: mất minh chứng {sha256[:8]}" for sha256 in ledger.proofs if sha256 not in there]
    ledger.saved, ledger.open = newest, ""
    return found


def broken() -> list[str]:
    """What is wrong with the database and the files themselves."""
    faults = []
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                for check in ("integrity_check", "foreign_key_check"):
                    told = cursor.execute(f"PRAGMA {check}").fetchall()
                    faults += [f"{check}: {row}" for row in told if row != ("ok",)]
        for model in tables.kept_models():
            for _ in tables.lines(model):  # every page of every table can be read
                pass
            for one in model._meta.concrete_fields:
                if one.is_relation and one.remote_field and getattr(one, "db_constraint", False):
                    others = one.related_model._base_manager.values("pk")  # type: ignore[union-attr]
                    lost = model._base_manager.filter(**{f"{one.name}__isnull": False})
                    if lost.exclude(**{f"{one.name}__in": others}).exists():
                        faults.append(f"{model._meta.label}.{one.name} dẫn tới dòng không có")
        for sha256 in set(Evidence.objects.exclude(sha256="").values_list("sha256", flat=True)):
            if not store.verify(sha256, settings.EVIDENCE_DIR):
                faults.append(f"minh chứng {sha256[:8]} không còn nguyên")
    except DatabaseError as error:
        faults.append(str(error))
    connections.close_all()
    return faults
