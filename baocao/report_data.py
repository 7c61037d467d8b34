"""What a person writes of one row of work, and what keeps it from being submitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from baocao.models import Draft, Period, Update
from baocao.models.update import WRITTEN
from nhiemvu.status import Verdict

QUIET_AT_MOST = 2
"""How many times running a row may be reported as "không phát sinh" without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """What a person writes of one row."""

    content: str = ""
    percent: int | None = None
    verdict: str = ""
    reason: str = ""
    product: str = ""
    difficulties: str = ""
    requests: str = ""
    no_change: bool = False
    claims_completion: bool = False
    effective_on: date

    @classmethod
    def of(cls, row: Draft | Update) -> ReportData:
        return cls(**{name: getattr(row, name) for name in WRITTEN})

    def lowers(self, confirmed: ReportData | None) -> bool:
        """Whether it takes back some of the percent that was confirmed last."""
        if confirmed is None or confirmed.percent is None or self.percent is None:
            return False
        return self.percent < confirmed.percent

    def errors(
        self, period: Period, *, quiet_before: int = 0, confirmed: ReportData | None = None
    ) -> dict[str, str]:
        """What keeps it from being submitted, by field. ``quiet_before``: times running without a word;
        ``confirmed``: the last confirmed report with a percent."""
        found = {}
        said = bool(self.content.strip())
        if not (said or self.no_change or self.claims_completion or self.percent is not None):
            found["content"] = "Ghi kết quả thực hiện, hoặc chọn “Không phát sinh”."
        if self.no_change and self.claims_completion:
            found["no_change"] = "Đã báo hoàn thành thì không thể là “Không phát sinh”: bỏ một trong hai."
        if self.no_change and not said and quiet_before >= QUIET_AT_MOST:
            found["content"] = f"Đã {quiet_before} kỳ liền không phát sinh: kỳ này ghi rõ vì sao."
        if confirmed and self.lowers(confirmed) and self.content.strip() in ("", confirmed.content.strip()):
            found["content"] = (
                f"Tiến độ thấp hơn lần trước: {confirmed.percent}% → {self.percent}%, "
                "ghi rõ vì sao ở ô kết quả thực hiện."
            )
        if self.verdict not in ("", Verdict.ON_TRACK) and not self.reason.strip():
            found["reason"] = "Có nguy cơ hoặc chậm thì ghi lý do."
        if self.percent is not None and not 0 <= self.percent <= 100:
            found["percent"] = "Tiến độ từ 0 đến 100."
        if self.effective_on > min(period.end, timezone.localdate()):
            found["effective_on"] = "Ngày tính đến không thể sau hôm nay hoặc sau ngày chốt số liệu của kỳ."
        return found


def quiet_before(period: Period, earlier: Iterable[Update]) -> int:
    """How many times running a row was reported before the period without a word. What was said of the same
    days, for a month and for its quarter, is said once."""
    quiet, since = 0, period.start
    others = [row for row in earlier if row.period_id != period.pk]
    for row in sorted(others, key=lambda row: (row.effective_on, not row.no_change, row.pk), reverse=True):
        if not row.no_change or row.content.strip():
            break
        if row.period.end < since:
            quiet, since = quiet + 1, row.period.start
    return quiet


def last_confirmed(earlier: Iterable[Update], until: date) -> ReportData | None:
    """The last confirmed report with a percent, of those that speak of a day up to ``until``."""
    rows = (row for row in earlier if row.state == Update.State.CONFIRMED and row.effective_on <= until)
    told = [row for row in rows if row.percent is not None]
    last = max(told, key=lambda row: (row.effective_on, row.pk), default=None)
    return ReportData.of(last) if last else None
