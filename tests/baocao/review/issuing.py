"""A committee whose report of September 2026 is drafted, submitted and issued on 5 October 2026."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import time_machine

from baocao import reporting
from baocao.models import Asked, Period, Review, ReviewPart, Update
from baocao.report_data import ReportData
from baocao.review import drafting, sealing
from chuongtrinh.models import Recipient
from nhiemvu.status import HANOI
from tests.baocao.directing import Directing

TODAY = date(2026, 10, 5)
FORMATS = ("docx", "pdf", "xlsx", "json")


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """The clock stands: what is recorded between is recorded at that moment."""
    with time_machine.travel(datetime.combine(day, time(hour), HANOI), tick=False):
        yield


class Issuing(Directing):
    """The unit has reported 40 per cent of its item, and the office has confirmed it."""

    files: Path

    def __init__(self) -> None:
        with on(date(2026, 9, 10)):
            super().__init__()
            self.programme.number, self.programme.issued_on = "08-CTr/ĐUUB", date(2026, 5, 5)
            self.programme.letterhead_parent = "ĐẢNG BỘ XÃ MẪU"
            self.programme.letterhead_issuer = "ĐẢNG ỦY UBND XÃ"
            self.programme.signed_for, self.programme.signatory_post = "T/M ĐẢNG ỦY", "BÍ THƯ"
            self.programme.signatory, self.programme.place = "Người Ký", "Xã Mẫu"
            self.programme.save()
            for at, name in enumerate(("Ban Thường vụ Đảng ủy xã", "Lưu: VPĐU."), start=1):
                Recipient.objects.create(programme=self.programme, ordinal=at, name=name)
            self.period = reporting.open_period(self.programme, "2026-09", self.office)
            self.update = self.report(percent=40, content="Đã khảo sát 40 ha")
        with on(TODAY - timedelta(days=1)):
            self.period.record("lock", self.office)

    def report(self, **said: Any) -> Update:
        """The unit reports on its first item, and the office confirms it."""
        asked = Asked.objects.get(period=self.period, task=self.late)
        draft = ReportData(**{"effective_on": date(2026, 9, 10), **said})
        reporting.save_draft(asked, self.head, draft, version=None)
        (sent,) = reporting.send(self.period, self.unit, self.head, only=asked)
        reporting.confirm([sent], self.office)
        return sent

    def mend(self, **said: Any) -> Update:
        """The period is opened again for a report instead of the one that was confirmed."""
        self.period.record("reopen", self.office, reason="Đính chính")
        sent = self.report(**said)
        self.period.record("lock", self.office)
        return sent

    def drafted(self, period: Period | None = None) -> Review:
        return drafting.open_draft(period or self.period, self.office)

    def submitted(self, review: Review | None = None) -> Review:
        review = review or self.drafted()
        drafting.submit(review, self.office)
        return review

    def issued(self, review: Review | None = None, number: int | None = None, day: date = TODAY) -> Review:
        review = self.submitted(review)
        number = number or sealing.next_number(review)
        return sealing.issue(review, self.secretary, number=number, issued_on=day)

    def corrected(self, review: Review, because: str = "Đính chính số liệu") -> Review:
        return drafting.correct(review, self.office, because)

    def another(self, key: str = "2026-08") -> Period:
        """A period before, long over."""
        return reporting.open_period(self.programme, key, self.office)


def files_of(review: Review) -> dict[str, bytes]:
    return {name: sealing.open_file(review, name)[0] for name in FORMATS}


def text_of(part: ReviewPart) -> str:
    return " ".join(one["text"] for block in part.composed for one in block["sentences"])


def kept(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())
