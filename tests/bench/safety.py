"""Nothing that was acknowledged is lost: a server killed in mid-write, many who save one draft."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from django.db import connections

from chuongtrinh.backup import Refused, back_up
from tests.bench import killing
from tests.bench.report import Row
from tests.bench.saving import saves_at_once
from tests.bench.site import Site


def measure(kills: int = 200, people: int = 50) -> list[Row]:
    site, began = Site(), time.monotonic()
    faults, counted = killing.run(site, kills, seed=1)
    heard, sent, proofs, cut = (counted.get(name, 0) for name in ("heard", "sent", "proofs", "in_flight"))
    kept = f"giữ đủ {heard} lần ghi đã báo, {sent} bản gửi, {proofs} tệp; {cut} lần ghi bị cắt ngang"
    rows = [
        Row(
            f"kill -9 khi đang ghi, {counted.get('kills', 0)} lần",
            "không mất bản nào đã báo là lưu; cơ sở dữ liệu nguyên vẹn",
            "; ".join(faults[:5]) or kept,
            not faults,
            {**counted, "seconds": round(time.monotonic() - began, 1)},
        )
    ]
    site.start()
    site.answers()
    for script, row in zip((True, False), site.asked[killing.WRITERS :], strict=False):
        faults = saves_at_once(site, row, people, script=script)
        rows.append(
            Row(
                f"{people} người cùng lưu một việc ({'tự lưu' if script else 'nút Lưu nháp'})",
                f"1 người thắng, {people - 1} người được báo, ai cũng còn chữ đã gõ",
                "; ".join(faults[:5]) or "đúng như vậy",
                not faults,
            )
        )
    faults, seconds = backup_among_writers(site)
    rows.append(
        Row(
            "sao lưu khi mọi người đang ghi",
            "không ai phải chờ, bản sao lưu đọc lại được",
            "; ".join(faults[:5]) or f"xong trong {seconds:.1f} giây",
            not faults,
            {"seconds": seconds},
        )
    )
    return rows


def backup_among_writers(site: Site) -> tuple[list[str], float]:
    """Back up, which reads the archive again, while others write; what went wrong, and how long it took."""
    writers = [killing.Writer(site, killing.Ledger(asked)) for asked in site.asked[: killing.WRITERS]]
    for writer in writers:
        writer.start()
    _until_more_is_heard(writers)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            back_up(Path(folder) / "a.zip", lambda what: None)
        faults = []
    except Refused as refused:
        faults = [str(refused)]
    seconds = round(time.monotonic() - began, 2)
    connections.close_all()
    if not _until_more_is_heard(writers):
        faults.append("sao lưu xong mà không ai ghi được nữa")
    site.kill()
    for writer in writers:
        writer.join(30)
    return [*faults, *(writer.fault for writer in writers if writer.fault)], seconds


def _until_more_is_heard(writers: list[killing.Writer], within: float = 30) -> bool:
    before, until = sum(writer.ledger.heard for writer in writers), time.monotonic() + within
    while time.monotonic() < until:
        if sum(writer.ledger.heard for writer in writers) > before:
            return True
        time.sleep(0.01)
    return False
