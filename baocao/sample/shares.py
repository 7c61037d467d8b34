"""What each unit reports of its share of what groups lead, and the figures that the office records."""

from __future__ import annotations

from typing import NamedTuple

from baocao.sample.reports import AT_RISK, ON_TRACK, Said

KEPT_UP = "Duy trì trong sinh hoạt chi bộ và giao ban đơn vị; chưa có kết quả nổi bật."
"""What a unit says of its share when there was nothing to say twice running."""

SHARES: dict[tuple[str, str], tuple[Said, ...]] = {
    ("II.1-01", "PKT"): (Said(8, "Đã quán triệt quy định về công tác cán bộ đến 9/9 công chức của phòng."),),
    ("II.1-01", "VHXH"): (Said(9, "Phổ biến quy định trong cuộc họp phòng tháng 9, đủ 11 người dự."),),
    ("II.1-01", "VPUBND"): (Said(9, "Tham mưu 02 văn bản cử cán bộ đi bồi dưỡng, đúng quy trình."),),
    ("II.1-02", "PKT"): (Said(7, "Rà soát 6 văn bản đã tham mưu; đề nghị thay 1 văn bản."),),
    ("II.1-02", "VHXH"): (Said(7, "Rà soát 4 văn bản, không văn bản nào phải sửa."),),
    ("II.1-02", "VPUBND"): (
        Said(6, "Đã lập danh mục văn bản chỉ đạo phải ban hành trong năm."),
        Said(10, "Thẩm định thể thức 17 văn bản, trả lại 2 văn bản chưa sát thực tế."),
    ),
    ("II.1-03", "PKT"): (Said(9, "Tuyên truyền dồn điền, đổi thửa tại 3 hội nghị thôn."),),
    ("II.1-03", "VHXH"): (
        Said(6, "Đăng 8 tin, bài trên trang tin và loa truyền thanh."),
        Said(9, "Đăng 14 tin, bài; mở chuyên mục hỏi đáp chính sách."),
        Said(11, "Đăng 9 tin, bài; tổ chức 01 buổi đối thoại tại thôn."),
    ),
    ("II.1-04", "PKT"): (
        Said(8, "Chi bộ sinh hoạt chuyên đề quý III, 100% đảng viên dự."),
        Said(9, "Chi bộ đánh giá đảng viên quý III; 1 đồng chí được đề nghị biểu dương."),
    ),
    ("II.1-04", "VHXH"): (
        Said(8, "Chi bộ mới sinh hoạt 1 trong 2 chuyên đề của quý.", verdict=AT_RISK,
             reason="Trùng đợt cao điểm số hóa hồ sơ."),
        Said(9, "Đã sinh hoạt bù chuyên đề thứ hai."),
    ),
    ("II.1-05", "PKT"): (Said(7, "9/9 công chức ký cam kết nêu gương."),),
    ("II.1-05", "VHXH"): (Said(7, "11/11 công chức ký cam kết nêu gương."),),
    ("II.1-05", "VPUBND"): (Said(7, "12/12 công chức ký cam kết; tổng hợp danh sách toàn cơ quan."),),
    ("II.1-06", "VPUBND"): (
        Said(8, "100% văn bản đi được ký số; lịch công tác tuần đưa lên trang nội bộ."),
        Said(11, "Hướng dẫn 3 đơn vị dùng phần mềm theo dõi nhiệm vụ."),
    ),
    ("II.2.1-01", "PKT"): (Said(6, "Học tập nghị quyết quý II, đủ 9 người."),),
    ("II.2.1-01", "VHXH"): (Said(6, "Học tập nghị quyết quý II, 10/11 người; 1 người học bù."),),
    ("II.2.1-03", "PKT"): (Said(9, "Giới thiệu 1 quần chúng học lớp cảm tình Đảng."),),
    ("II.2.1-03", "VPUBND"): (Said(9, "Giới thiệu 1 quần chúng; hoàn thiện hồ sơ 1 trường hợp."),),
    ("II.2.1-04", "VHXH"): (Said(8, "Phát động thi đua “Nụ cười một cửa”, 3 đơn vị đăng ký."),),
    ("II.2.1-04", "PKT"): (Said(11, "Đăng ký 2 sáng kiến trong phong trào thi đua."),),
}  # fmt: skip
"""By code and unit, month by month; months without a line are quiet."""


class Figure(NamedTuple):
    """What the office makes of the shares of one task in one month."""

    percent: int
    verdict: str = ON_TRACK
    reason: str = ""


FIGURES: dict[int, dict[str, Figure]] = {
    6: {"II.2.1-01": Figure(25), "II.1-02": Figure(10)},
    7: {"II.1-02": Figure(25), "II.1-05": Figure(50)},
    8: {"II.1-04": Figure(35, AT_RISK, "Một chi bộ chưa sinh hoạt đủ chuyên đề của quý."),
        "II.1-06": Figure(30)},
    9: {"II.1-01": Figure(45), "II.1-03": Figure(50), "II.2.1-03": Figure(40),
        "II.1-04": Figure(50)},
    10: {"II.1-02": Figure(45)},
    11: {"II.1-03": Figure(60), "II.1-06": Figure(45), "II.2.1-04": Figure(55)},
}  # fmt: skip
"""By month and code, in the first year; recorded on the day that the period is locked."""
