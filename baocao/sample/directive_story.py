"""What the leaders instruct, the office and a member urge, and what the units answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.utils import timezone

from baocao import directives
from baocao.directives import Paper, Words
from baocao.models import Addressed, Answer, Directive
from baocao.sample.stage import Event, Stage, event
from nhiemvu.models import Task

INSTRUCTION, URGING, CONCLUSION = Directive.Kind.INSTRUCTION, Directive.Kind.URGING, Directive.Kind.CONCLUSION
SECRETARY, OFFICE, MEMBER = "secretary", "office", "member"


class Reply(NamedTuple):
    """A unit's answer; settled on a day, asked again where ``again`` says why, else accepted."""

    short: str
    on: date
    text: str
    settled_on: date | None = None
    again: str = ""
    answer_by: date | None = None
    paper: Paper | None = None
    by_office: bool = False


class Told(NamedTuple):
    """A directive on items by title, or on units by short name."""

    by: str
    kind: Directive.Kind
    on: date
    answer_by: date
    text: str
    titles: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    document: str = ""
    replies: tuple[Reply, ...] = ()
    withdrawn: tuple[date, str] | None = None


TOLD = (
    Told(
        SECRETARY, INSTRUCTION, date(2026, 8, 24), date(2026, 8, 31),
        "Mới có 2 hộ đăng ký tham gia mô hình. Yêu cầu Phòng Kinh tế báo cáo vì sao hộ nuôi chưa tham gia, "
        "phương án hỗ trợ chi phí cải tạo ao.",
        titles=("Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản",),
        replies=(
            Reply("PKT", date(2026, 8, 28), "Hộ nuôi ngại chi phí ban đầu, đang vận động thêm.",
                  date(2026, 8, 31), "Chưa nêu phương án hỗ trợ và nguồn kinh phí.", date(2026, 9, 7)),
            Reply("PKT", date(2026, 9, 4),
                  "Chi phí cải tạo một ao khoảng 45 triệu đồng, ngân sách xã chưa bố trí được. Đề xuất "
                  "tạm dừng để chọn địa điểm khác, lồng ghép nguồn khuyến nông năm 2027.",
                  date(2026, 9, 7), paper=Paper("58/BC-PKT", date(2026, 9, 4), "Phòng Kinh tế")),
        ),
    ),
    Told(
        SECRETARY, CONCLUSION, date(2026, 9, 21), date(2026, 9, 30),
        "Kết luận cuộc họp giao ban tháng 9: các đơn vị rà soát việc đến hạn trong quý IV, nêu rõ việc có "
        "nguy cơ chậm, nguyên nhân và đề xuất.",
        shorts=("PKT", "VHXH", "VPUBND"), document="22-TB/ĐUUB",
        replies=(
            Reply("PKT", date(2026, 9, 28),
                  "Hai việc có nguy cơ chậm: hồ sơ nông thôn mới nâng cao (chờ kết quả quan trắc), chủ "
                  "trương đầu tư tuyến đường (chờ cân đối vốn).",
                  date(2026, 10, 1), paper=Paper("64/BC-PKT", date(2026, 9, 28), "Phòng Kinh tế")),
            Reply("VHXH", date(2026, 9, 30), "Việc số hóa có nguy cơ chậm do thiếu máy quét.",
                  date(2026, 10, 1)),
            Reply("VPUBND", date(2026, 10, 2), "Không có việc nguy cơ chậm trong quý IV.", date(2026, 10, 5),
                  by_office=True),
        ),
    ),
    Told(
        OFFICE, URGING, date(2026, 10, 6), date(2026, 10, 9),
        "Đề nghị Phòng Văn hóa - Xã hội báo cáo số hồ sơ đã số hóa, số còn lại và ngày hoàn thành.",
        titles=("Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",),
        replies=(
            Reply("VHXH", date(2026, 10, 8), "Đã mượn thêm 01 máy quét, tăng ca từ ngày 12/10; gửi kèm "
                  "biểu số liệu từng lĩnh vực.", date(2026, 10, 9),
                  paper=Paper("41/BC-VHXH", date(2026, 10, 8), "Phòng Văn hóa - Xã hội")),
        ),
    ),
    Told(
        OFFICE, URGING, date(2026, 10, 26), date(2026, 10, 29),
        "Đề nghị UBKT báo cáo tiến độ giám sát chuyên đề.",
        titles=("Giám sát chuyên đề việc thực hiện trách nhiệm nêu gương tại 02 chi bộ",),
        withdrawn=(date(2026, 10, 27), "UBKT đã gửi kế hoạch ban hành kết luận trước ngày 30/10."),
    ),
    Told(
        SECRETARY, INSTRUCTION, date(2026, 11, 9), date(2026, 11, 16),
        "Yêu cầu Phòng Kinh tế báo cáo khả năng trình chủ trương đầu tư tại kỳ họp HĐND xã tháng 12, phần "
        "vốn còn thiếu và kiến nghị với thành phố.",
        titles=("Trình chủ trương đầu tư tuyến đường nối đường 191N với đường 396",),
        replies=(
            Reply("PKT", date(2026, 11, 16),
                  "Hồ sơ đã đủ, còn thiếu văn bản cân đối vốn. Kiến nghị lãnh đạo làm việc với thành phố "
                  "trước ngày 30/11; không có văn bản thì lùi sang kỳ họp giữa năm 2027.",
                  date(2026, 11, 25), paper=Paper("83/BC-PKT", date(2026, 11, 16), "Phòng Kinh tế")),
        ),
    ),
    Told(
        SECRETARY, INSTRUCTION, date(2026, 11, 16), date(2026, 11, 20),
        "Việc khảo sát đã đến hạn mà ba kỳ liền không có báo cáo. Yêu cầu Phòng Kinh tế báo cáo nguyên nhân, "
        "người chịu trách nhiệm và ngày hoàn thành.",
        titles=("Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ",),
        replies=(
            Reply("PKT", date(2026, 11, 26),
                  "Nước lên không khảo sát được vùng thứ hai, thứ ba; bố trí tổ khảo sát theo con nước "
                  "đầu tháng 12, hoàn thành trước ngày 20/12.", date(2026, 11, 27)),
        ),
    ),
    Told(
        MEMBER, URGING, date(2026, 11, 18), date(2026, 11, 25),
        "Hồ sơ các tiêu chí nông thôn mới nâng cao đã quá hạn. Đề nghị Phòng Kinh tế báo cáo ngày trình thẩm "
        "định, việc còn vướng.",
        titles=("Hoàn thiện hồ sơ các tiêu chí nông thôn mới nâng cao còn thiếu",),
        replies=(
            Reply("PKT", date(2026, 11, 25), "Hồ sơ đang đóng quyển, trình thẩm định trước ngày 05/12.",
                  date(2026, 11, 26)),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class DirectiveStory:
    stage: Stage

    def events(self) -> Iterator[Event]:
        for told in TOLD:
            yield event(told.on, partial(self.give, told), hour=15)
            for reply in told.replies:
                yield event(reply.on, partial(self.answer, told, reply), hour=16)
                if reply.settled_on:
                    yield event(reply.settled_on, partial(self.settle, told, reply), hour=17)
            if told.withdrawn:
                yield event(told.withdrawn[0], partial(self.withdraw, told), hour=15)

    def give(self, told: Told) -> None:
        today, programme = timezone.localdate(), self.stage.programme
        tasks = [self._task(title) for title in told.titles]
        units = [self.stage.units[short] for short in told.shorts]
        may = [unit.pk for unit in self.stage.units.values()]
        whom = directives.addresses(programme, tasks, units, today, may)
        words = Words(
            kind=told.kind,
            text=told.text,
            document=told.document,
            given_on=told.on,
            answer_by=told.answer_by,
        )
        directives.give(programme, self._giver(told), words, whom.found)

    def answer(self, told: Told, reply: Reply) -> None:
        user = self.stage.office if reply.by_office else self.stage.head(reply.short)
        papers = [reply.paper] if reply.paper else []
        directives.answer(self._addressed(told, reply), user, reply.text, papers=papers)

    def settle(self, told: Told, reply: Reply) -> None:
        answer = Answer.objects.get(addressed=self._addressed(told, reply), text=reply.text)
        if reply.again and reply.answer_by:
            directives.ask_again(answer, self._giver(told), reply.again, reply.answer_by)
        else:
            directives.accept(answer, self._giver(told))

    def withdraw(self, told: Told) -> None:
        if told.withdrawn:
            directives.withdraw(self._directive(told), self._giver(told), told.withdrawn[1])

    def _giver(self, told: Told) -> Any:
        return getattr(self.stage, told.by)

    def _task(self, title: str) -> Task:
        return Task.objects.select_related("mirrors", "entry").get(
            programme=self.stage.programme, title=title, year=2026
        )

    def _directive(self, told: Told) -> Directive:
        return Directive.objects.get(programme=self.stage.programme, text=told.text)

    def _addressed(self, told: Told, reply: Reply) -> Addressed:
        return Addressed.objects.get(directive=self._directive(told), unit=self.stage.units[reply.short])
