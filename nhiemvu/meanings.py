"""What each figure counts, in words that people can check it by ("cách tính"). Pure.

The rules themselves stand in nhiemvu.status, nhiemvu.six_clear and nhiemvu.moves; tests hold these sentences
to them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nhiemvu.moves import Move
from nhiemvu.six_clear import Part
from nhiemvu.status import SOON_DAYS, Contradiction, Freshness, Mark

NO_HEAD = "lead_without_head"
"""The one contradiction that lies not in how work stands but in who answers for it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    word: str
    rule: str


def _of(word: Mark | Freshness | Move | Part | Contradiction, rule: str) -> tuple[str, Meaning]:
    return str(word), Meaning(word.label, rule)


TOTAL = {
    "total": Meaning(
        "Nhiệm vụ, đề án",
        "Mọi nhiệm vụ, đề án của Chương trình, mỗi việc một dòng; việc cụ thể trong kế hoạch năm không tính "
        "vào đây mà tính vào tiến độ của nhiệm vụ, đề án nó thuộc về.",
    )
}
MARKS = dict(
    (
        _of(
            Mark.COMPLETED,
            "Đơn vị báo hoàn thành và văn phòng đã xác nhận; xong sau hạn vẫn là hoàn thành, ghi “trễ”.",
        ),
        _of(Mark.OVERDUE, "Chưa hoàn thành và ngày xem đã qua thời hạn hiện nay (hạn gia hạn, nếu có)."),
        _of(
            Mark.WARNING,
            f"Sắp đến hạn (còn từ 0 đến {SOON_DAYS} ngày, trừ khi cấp ủy quy định khác), hoặc đơn vị tự đánh "
            "giá “có nguy cơ”, “chậm” trong cập nhật đã xác nhận gần nhất.",
        ),
        _of(Mark.ON_TIME, "Chưa hoàn thành, chưa sắp đến hạn và không có đánh giá xấu."),
        _of(Mark.CONTINUING, "Được xác định là việc thường xuyên, không có ngày kết thúc."),
        _of(Mark.UNDETERMINED, "Chưa có thời hạn; các việc cụ thể của năm, nếu có, cũng chưa có."),
        _of(Mark.STOPPED, "Có quyết định tạm dừng hoặc thôi thực hiện còn hiệu lực; không xét trễ hạn."),
    )
)
FRESHNESS = dict(
    (
        _of(Freshness.LATE, "Có kỳ đang yêu cầu cập nhật, đã qua hạn nộp mà đơn vị chưa nộp cho việc này."),
        _of(Freshness.NOT_YET, "Có kỳ đang yêu cầu cập nhật, còn hạn nộp, đơn vị chưa nộp cho việc này."),
        _of(Freshness.UPDATED, "Đã nộp cho mọi kỳ đang yêu cầu."),
        _of(Freshness.NOT_ASKED, "Không kỳ nào đang yêu cầu cập nhật việc này."),
    )
)
CONTRADICTIONS = {
    **dict(
        (
            _of(
                Contradiction.ON_TRACK_BUT_OVERDUE,
                "Cập nhật đã xác nhận gần nhất khai “đúng tiến độ” mà việc đã quá hạn.",
            ),
            _of(
                Contradiction.FULL_BUT_NOT_DECLARED,
                "Tiến độ khai 100% mà đơn vị chưa báo hoàn thành; trừ việc có tiến độ tính từ việc cụ thể.",
            ),
            _of(
                Contradiction.COMPLETED_WITHOUT_PRODUCT,
                "Đã xác nhận hoàn thành mà chưa cập nhật nào ghi sản phẩm.",
            ),
        )
    ),
    NO_HEAD: Meaning(
        "Đơn vị chủ trì chưa có người đứng đầu",
        "Đơn vị chủ trì chính chưa ghi ai giữ chức vụ đứng đầu vào ngày xem.",
    ),
}
MOVES = dict(
    (
        _of(Move.NEWLY_LATE, "Ngày so sánh chưa quá hạn, ngày xem đã quá hạn."),
        _of(Move.RECOVERED, "Ngày so sánh quá hạn, ngày xem không còn và cũng chưa hoàn thành."),
        _of(Move.COMPLETED, "Ngày so sánh chưa hoàn thành, ngày xem đã hoàn thành."),
        _of(
            Move.DEADLINE_MOVED,
            "Thời hạn của việc, hoặc của việc cụ thể trong năm, đã thay bằng thời hạn khác.",
        ),
        _of(Move.CONTRADICTED, "Ngày xem có một mâu thuẫn mà ngày so sánh không có."),
    )
)
GAPS = dict(
    (
        _of(
            Part.PERSON,
            "Không rõ một đơn vị hoặc đồng chí chủ trì chính, hoặc đơn vị ấy chưa có người đứng đầu.",
        ),
        _of(Part.WORK, "Chưa ghi nội dung việc."),
        _of(Part.TIME, "Chưa có thời hạn và cũng không phải việc thường xuyên."),
        _of(Part.RESPONSIBILITY, "Chưa có đồng chí chỉ đạo."),
        _of(Part.PRODUCT, "Chưa ghi sản phẩm."),
        _of(Part.AUTHORITY, "Chưa ghi thẩm quyền."),
    )
)
PERCENT = {
    "percent_own": Meaning(
        "Tiến độ của việc có cập nhật riêng",
        "Số phần trăm mà đơn vị khai trong cập nhật gần nhất đã được văn phòng xác nhận; báo hoàn thành "
        "là 100%.",
    ),
    "percent_parent": Meaning(
        "Tiến độ của việc có việc cụ thể",
        "Trung bình cộng tiến độ các việc cụ thể đã giao trong năm, trừ việc thôi thực hiện; việc chưa có số "
        "liệu tính 0%; làm tròn, chỉ đạt 100% khi mọi việc đều 100%.",
    ),
}
DISCIPLINE = {
    "discipline_completed": Meaning("Đúng kỳ", "Mọi việc được hỏi đều nộp trước giờ cuối của kỳ."),
    "discipline_warning": Meaning("Muộn", "Đã nộp đủ, nhưng có việc nộp lần đầu sau giờ cuối."),
    "discipline_overdue": Meaning("Thiếu", "Kỳ đã qua giờ cuối mà còn việc chưa nộp."),
    "discipline_undetermined": Meaning("Còn hạn", "Kỳ đang mở, chưa qua giờ cuối, còn việc chưa nộp."),
}
MEANINGS: dict[str, Meaning] = {
    **TOTAL, **MARKS, **FRESHNESS, **CONTRADICTIONS, **MOVES, **GAPS, **PERCENT, **DISCIPLINE,
}  # fmt: skip


def meanings(names: Iterable[str]) -> list[Meaning]:
    """For ``components/meanings.html``: marks, moves and parts by their own value ("overdue")."""
    return [MEANINGS[str(name)] for name in names]


def of_list() -> list[Meaning]:
    """What the work list counts beside its rows."""
    return [*TOTAL.values(), *MARKS.values(), *FRESHNESS.values(), *CONTRADICTIONS.values(), *GAPS.values()]
