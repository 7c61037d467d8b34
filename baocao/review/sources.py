"""The pages that a report's sentences were written from, as the record was known for it.

Addresses name the programme, so that a report kept for years still opens its own rows, and the day with the
moment up to which the record was read. A list's label begins with the number of rows that it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from baocao.review.wording import number
from baocao.sealed.shape import Source
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day
from nhiemvu.models import Task
from phancong.workload import list_url


class Pages:
    def __init__(self, programme: Programme, day: Day) -> None:
        self.ct, self.day = str(programme.pk), day

    def rows(self, count: int, what: str, *asked: Mapping[str, Any], day: Day | None = None) -> Source:
        """The list of exactly these rows of work, by what is asked of it."""
        wanted = {name: value for one in asked for name, value in one.items()}
        url = list_url(self.ct, **wanted, ngay=(day or self.day).address)
        return Source(f"{number(count)} {what}", url)

    def task(self, task: Task) -> Source:
        return self._page(task.code, "nhiem-vu-chi-tiet", task.code)

    def tasks(self, tasks: Iterable[Task]) -> tuple[Source, ...]:
        return tuple(self.task(task) for task in tasks)

    def project(self, task: Task) -> Source:
        return self._page(f"Đề án {task.code}", "de-an-chi-tiet", task.code)

    def indicator(self, code: str) -> Source:
        return self._page(f"Chỉ tiêu {code}", "chi-tieu-chi-tiet", code)

    def directive(self, label: str, pk: int) -> Source:
        return self._page(label, "chi-dao-chi-tiet", pk)

    def period(self, label: str, key: str) -> Source:
        """The page of the period, which shows it as it stands when one looks."""
        return Source(f"{label} (tình hình khi xem)", self._now("ky-bao-cao-chi-tiet", key))

    def unit_report(self, unit: str, key: str, short: str) -> Source:
        label = f"Báo cáo của {unit} (bản khi xem)"
        return Source(label, self._now("bao-cao-don-vi", key, short))

    def _page(self, label: str, view: str, *of: Any) -> Source:
        query = urlencode({"ct": self.ct, "ngay": self.day.address})
        return Source(label, f"{reverse(view, args=of)}?{query}")

    def _now(self, view: str, *of: Any) -> str:
        return f"{reverse(view, args=of)}?{urlencode({'ct': self.ct})}"
