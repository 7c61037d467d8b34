"""The committee's reports: the six months issued and, once the office had its figures, issued anew; that of
November is a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from baocao.models import Period, Review
from baocao.review import drafting, sealing
from baocao.sample.stage import Event, Stage, event
from chuongtrinh.models import User

CAUSES = (
    "- Nguyên nhân khách quan: Chương trình ban hành ngày 05/5/2026, kế hoạch năm giao các đơn vị từ ngày "
    "01/6/2026 nên phần lớn công việc mới ở bước chuẩn bị."
)
MORE_CAUSES = (
    f"{CAUSES}\n- Nguyên nhân chủ quan: một số đơn vị chưa chủ động cụ thể hóa nhiệm vụ chung thành việc của "
    "đơn vị mình; chế độ báo cáo chưa thành nền nếp."
)
WISHED = "Phần nguyên nhân cần nêu cả nguyên nhân chủ quan."
BECAUSE = (
    "Bổ sung số liệu chung của các nhiệm vụ do nhiều đơn vị cùng chủ trì, văn phòng ghi sau ngày ban hành."
)
HALF, NOVEMBER = "2026-6T", "2026-11"


@dataclass
class ReviewStory:
    stage: Stage

    def events(self) -> Iterator[Event]:
        office, leader = self.stage.office, self.stage.secretary
        for day, hour, act in (
            (date(2026, 6, 17), 9, partial(self.draft, HALF)),
            (date(2026, 6, 17), 15, partial(self.submit, CAUSES)),
            (date(2026, 6, 18), 10, lambda: drafting.send_back(self.newest(HALF), leader, WISHED)),
            (date(2026, 6, 18), 15, partial(self.submit, MORE_CAUSES)),
            (date(2026, 6, 19), 9, partial(self.issue, leader, date(2026, 6, 19))),
            (date(2026, 6, 29), 9, lambda: drafting.correct(self.newest(HALF), office, BECAUSE)),
            (date(2026, 6, 29), 15, self.submit),
            (date(2026, 6, 30), 9, partial(self.issue, leader, date(2026, 6, 30))),
            (date(2026, 11, 20), 9, partial(self.draft, NOVEMBER)),
        ):
            yield event(day, act, hour=hour, minute=30)

    def draft(self, key: str) -> None:
        period = Period.objects.get(programme=self.stage.programme, key=key)
        drafting.open_draft(period, self.stage.office)

    def submit(self, causes: str = "") -> None:
        review = self.newest(HALF)
        if causes:
            drafting.write(review.parts.get(key="III.2"), causes, self.stage.office)
        drafting.submit(review, self.stage.office)

    def issue(self, leader: User | None, on: date) -> None:
        review = self.newest(HALF)
        sealing.issue(review, leader, number=sealing.next_number(review), issued_on=on)

    def newest(self, key: str) -> Review:
        rows = Review.objects.filter(programme=self.stage.programme, period__key=key)
        return rows.order_by("-edition")[0]
