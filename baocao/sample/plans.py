"""What the four leading units plan in the sample: words, products and days, good and less good."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

ALWAYS = "thường xuyên"


class Line(NamedTuple):
    """One item: under which task, what, proof, by when ("dd/mm", ``ALWAYS`` or ""), who signs, with whom."""

    parent: str
    title: str
    product: str
    due: str
    authority: str
    coordinators: tuple[str, ...] = ()
    priority: int = 2

    def day(self, year: int) -> date | None:
        if self.due in ("", ALWAYS):
            return None
        day, month = self.due.split("/")
        return date(year, int(month), int(day))


CHAIR = "Chủ tịch UBND xã"
COUNCIL = "HĐND xã"
COMMITTEE = "Ban Thường vụ Đảng ủy UBND xã"

PLANS: dict[tuple[int, str], tuple[Line, ...]] = {
    (2026, "PKT"): (
        Line("II.3.1-01", "Rà soát hiện trạng hạ tầng điện, nước, viễn thông của các thôn",
             "Báo cáo hiện trạng kèm bản đồ", "30/07", CHAIR, ("VPUBND",)),
        Line("II.3.1-02", "Tổ chức hội nghị đối thoại với hộ kinh doanh và doanh nghiệp trên địa bàn",
             "Biên bản đối thoại, danh mục kiến nghị đã trả lời", "15/09", CHAIR, ("VPUBND",)),
        Line("II.3.1-03", "Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản",
             "01 mô hình được nghiệm thu", "30/11", CHAIR),
        Line("II.3.1-05", "Hoàn thiện hồ sơ các tiêu chí nông thôn mới nâng cao còn thiếu",
             "Hồ sơ trình thẩm định", "31/10", CHAIR, ("VHXH",), 1),
        Line("II.3.1-06", "Đôn đốc thu ngân sách, công khai kết quả thu - chi hằng tháng",
             "Bảng công khai hằng tháng", ALWAYS, CHAIR),
        Line("II.3.2-01", "Lập nhiệm vụ quy hoạch chung xã",
             "Nhiệm vụ quy hoạch được phê duyệt", "30/09", COUNCIL, ("VPUBND",), 1),
        Line("II.3.2-03", "Chỉnh lý hồ sơ địa chính sau sắp xếp đơn vị hành chính",
             "Bộ hồ sơ địa chính đã cập nhật", "20/12", CHAIR),
        Line("II.3.2-04", "Kiểm tra, lập hồ sơ xử lý vi phạm đất đai, hành lang đê",
             "Biên bản kiểm tra, quyết định xử lý", ALWAYS, CHAIR),
        Line("DA-01", "Trình chủ trương đầu tư tuyến đường nối đường 191N với đường 396",
             "Nghị quyết về chủ trương đầu tư", "15/12", COUNCIL, ("VPUBND",), 1),
        Line("DA-07", "Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ",
             "Báo cáo khảo sát, bản đồ vùng sản xuất", "15/11", CHAIR),
    ),
    (2026, "VHXH"): (
        Line("II.2.3-01", "Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
             "Kho dữ liệu kết quả đã số hóa", "15/12", CHAIR, ("VPUBND",), 1),
        Line("II.2.3-02", "Xây dựng kế hoạch cải cách hành chính năm",
             "Kế hoạch được ban hành", "30/06", CHAIR),
        Line("II.2.3-04", "Tập huấn kỹ năng số cho cán bộ, công chức",
             "02 lớp tập huấn, danh sách đã kiểm tra đạt", "30/10", CHAIR, ("VPUBND",)),
        Line("II.3.3-01", "Kiểm kê di tích, di sản văn hóa trên địa bàn",
             "Danh mục kiểm kê", "30/11", CHAIR),
        Line("II.3.3-02", "Vận động xã hội hóa dụng cụ thể thao ngoài trời tại nhà văn hóa thôn",
             "05 nhà văn hóa thôn được trang bị", "20/12", CHAIR),
        Line("II.3.3-04", "Nâng cấp trang thiết bị khám chữa bệnh ban đầu của trạm y tế",
             "Biên bản bàn giao thiết bị", "30/09", CHAIR),
        Line("II.3.3-06", "Lấy ý kiến hài lòng của người dân tại bộ phận một cửa",
             "Bảng tổng hợp ý kiến từng quý", ALWAYS, CHAIR, ("VPUBND",)),
        Line("DA-09", "Lắp đặt hệ thống lấy số và tra cứu tự động",
             "Hệ thống được nghiệm thu", "15/12", CHAIR, ("VPUBND",)),
    ),
    (2026, "VPUBND"): (
        Line("II.4-01", "Cập nhật dữ liệu hộ tịch vào hệ thống dùng chung",
             "100% hồ sơ hộ tịch mới được cập nhật", ALWAYS, CHAIR),
        Line("II.4-02", "Ký quy chế phối hợp với cơ quan tư pháp khu vực",
             "Quy chế phối hợp được ký", "31/08", CHAIR),
        Line("II.4-03", "Xây dựng kế hoạch phòng, chống tham nhũng, tiêu cực, lãng phí năm",
             "Kế hoạch được ban hành", "30/06", CHAIR, (), 1),
        Line("II.4-03", "Công khai kết quả kê khai tài sản, thu nhập",
             "Biên bản công khai", "15/12", CHAIR, ("UBKT",)),
    ),
    (2026, "UBKT"): (
        Line("II.2.2-01", "Ban hành chương trình kiểm tra, giám sát năm",
             "Chương trình kiểm tra, giám sát", "15/06", COMMITTEE, (), 1),
        Line("II.2.2-01", "Giám sát chuyên đề việc thực hiện trách nhiệm nêu gương tại 02 chi bộ",
             "Thông báo kết luận giám sát", "30/10", COMMITTEE),
        Line("II.2.2-02", "Đưa hồ sơ kiểm tra, giám sát vào phần mềm của ngành",
             "100% hồ sơ trong năm được cập nhật", ALWAYS, "Chủ nhiệm UBKT"),
        Line("II.2.2-04", "Bồi dưỡng nghiệp vụ cho cấp ủy viên làm công tác kiểm tra",
             "01 lớp bồi dưỡng, danh sách học viên", "30/11", "Chủ nhiệm UBKT"),
        Line("II.2.2-05", "Rà soát việc thi hành kỷ luật trong nhiệm kỳ trước",
             "Báo cáo rà soát", "20/12", COMMITTEE),
    ),
    (2027, "PKT"): (
        Line("II.3.1-01", "Lập danh mục đầu tư hạ tầng viễn thông, nước sạch giai đoạn 2027-2030",
             "Danh mục được phê duyệt", "30/06", COUNCIL, ("VPUBND",), 1),
        Line("II.3.1-04", "Cứng hóa 3 km kênh mương nội đồng",
             "Biên bản nghiệm thu công trình", "31/10", CHAIR),
        Line("II.3.1-07", "Tổ chức hội nghị giới thiệu quỹ đất kêu gọi đầu tư",
             "Danh mục dự án, biên bản ghi nhớ", "30/04", CHAIR, ("VPUBND",)),
        Line("II.3.2-01", "Lập đồ án quy hoạch chung xã",
             "Đồ án được thông qua", "30/11", COUNCIL, ("VPUBND",), 1),
        Line("DA-01", "Giải phóng mặt bằng tuyến đường nối đường 191N với đường 396",
             "Mặt bằng được bàn giao", "30/09", CHAIR, ("VPUBND",), 1),
        Line("DA-05", "Xác định vị trí, ranh giới cụm công nghiệp",
             "Văn bản chấp thuận vị trí", "31/12", CHAIR),
    ),
    (2027, "VHXH"): (
        Line("II.2.3-02", "Xây dựng kế hoạch cải cách hành chính năm",
             "Kế hoạch được ban hành", "31/01", CHAIR),
        Line("II.3.3-03", "Sửa chữa phòng học xuống cấp của trường mầm non",
             "", "31/08", CHAIR),
        Line("II.3.3-05", "Rút ngắn thời gian giải quyết nhóm thủ tục đất đai, hộ tịch",
             "", "", CHAIR, ("VPUBND",)),
        Line("II.3.3-07", "Cử công chức đi bồi dưỡng theo vị trí việc làm",
             "Danh sách hoàn thành bồi dưỡng", "30/11", ""),
        Line("DA-10", "Chọn và xây dựng 01 thôn làm điểm của mô hình",
             "Báo cáo kết quả thôn làm điểm", "15/12", CHAIR),
    ),
    (2027, "VPUBND"): (
        Line("II.4-03", "Xây dựng kế hoạch phòng, chống tham nhũng, tiêu cực, lãng phí năm",
             "Kế hoạch được ban hành", "28/02", CHAIR, (), 1),
        Line("II.4-02", "Sơ kết quy chế phối hợp với cơ quan tư pháp khu vực",
             "", "31/08", ""),
    ),
    (2027, "UBKT"): (
        Line("II.2.2-01", "Ban hành chương trình kiểm tra, giám sát năm",
             "Chương trình kiểm tra, giám sát", "31/01", COMMITTEE, (), 1),
        Line("II.2.2-03", "Ký quy chế phối hợp với cơ quan thanh tra, điều tra",
             "Quy chế được ký", "30/06", ""),
        Line("II.2.2-04", "Kiện toàn ủy viên UBKT theo hướng dẫn",
             "Quyết định kiện toàn", "31/03", COMMITTEE),
    ),
}  # fmt: skip
"""By year and the unit's short name; 2026 was mended until whole, 2027 is in work and lacks this and that."""

MENDED: dict[str, str] = {
    "Vận động xã hội hóa dụng cụ thể thao ngoài trời tại nhà văn hóa thôn": "",
    "Nâng cấp trang thiết bị khám chữa bệnh ban đầu của trạm y tế": "",
}
"""Items of VHXH that were first submitted without a product, for which its plan of 2026 was returned."""
