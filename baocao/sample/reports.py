"""What the units report in 2026, in their own words: by item and month, good and less good."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from nhiemvu.status import Verdict

AT_RISK, BEHIND, ON_TRACK = str(Verdict.AT_RISK), str(Verdict.BEHIND), str(Verdict.ON_TRACK)


class Proof(NamedTuple):
    """A document that proves a result."""

    number: str
    issued_on: date
    issuer: str = "UBND xã"


class Said(NamedTuple):
    """A report on one row for one month."""

    month: int
    content: str
    percent: int | None = None
    verdict: str = ON_TRACK
    reason: str = ""
    product: str = ""
    difficulties: str = ""
    requests: str = ""
    done: bool = False
    proof: Proof | None = None


FIRST = "Đã nghiên cứu phần việc được giao; đang lập kế hoạch năm 2026 để trình duyệt."
"""What everyone reports in the first month, when no plan has been given yet."""
STILL = "Ba kỳ liền chưa có kết quả mới: đang chờ bước tiếp theo của kế hoạch."
UNPLANNED = "Chưa lập việc cụ thể trong năm; đề nghị đưa vào kế hoạch năm sau."
"""Why there is nothing to report for the third time running: of an item, and of work without any."""

REPORTS: dict[str, tuple[Said, ...]] = {
    # -- Phòng Kinh tế ---------------------------------------------------------------------------------------
    "Rà soát hiện trạng hạ tầng điện, nước, viễn thông của các thôn": (
        Said(6, "Đã khảo sát 6 trong 9 thôn; đang tổng hợp số liệu điện, nước sạch.", 65),
        Said(7, "Đã khảo sát đủ các thôn, hoàn thành báo cáo hiện trạng trước thời hạn.", 100,
             product="Báo cáo hiện trạng hạ tầng các thôn, kèm bản đồ", done=True,
             proof=Proof("62/BC-UBND", date(2026, 7, 9))),
    ),
    "Tổ chức hội nghị đối thoại với hộ kinh doanh và doanh nghiệp trên địa bàn": (
        Said(7, "Đã lập danh sách khách mời, gửi phiếu lấy kiến nghị trước.", 30),
        Said(8, "Nhận 41 phiếu kiến nghị; đã phân loại, chuyển các bộ phận chuẩn bị trả lời.", 60),
        Said(9, "Đã tổ chức hội nghị ngày 08/9; trả lời tại chỗ phần lớn kiến nghị.", 100, done=True),
    ),
    "Xây dựng mô hình kinh tế tuần hoàn trong nuôi thủy sản": (
        Said(6, "Đã tham quan mô hình ở xã bạn, dự thảo tiêu chí chọn hộ.", 15),
        Said(8, "Họp với 12 hộ nuôi; mới có 2 hộ đăng ký.", 20, AT_RISK,
             "Hộ nuôi ngại chi phí cải tạo ao ban đầu.",
             difficulties="Chưa có nguồn hỗ trợ một phần chi phí cải tạo ao."),
        Said(9, "Hai hộ đăng ký không đủ điều kiện diện tích.", 20, BEHIND,
             "Chưa chọn được hộ tham gia mô hình.",
             requests="Cho ý kiến về việc tạm dừng để chọn địa điểm khác."),
        Said(10, "Tạm dừng theo Thông báo số 24-TB/ĐUUB.", 20, BEHIND, "Chưa chọn được hộ tham gia mô hình."),
    ),
    "Hoàn thiện hồ sơ các tiêu chí nông thôn mới nâng cao còn thiếu": (
        Said(6, "Rà soát: còn 4 tiêu chí chưa đủ hồ sơ minh chứng.", 30),
        Said(7, "Hoàn thiện hồ sơ 1 tiêu chí (thông tin và truyền thông).", 45),
        Said(8, "Hoàn thiện hồ sơ tiêu chí y tế; đang làm tiêu chí môi trường.", 60),
        Said(9, "Tiêu chí môi trường còn thiếu kết quả quan trắc nước.", 70, AT_RISK,
             "Chờ kết quả quan trắc của đơn vị dịch vụ."),
        Said(10, "Đã có kết quả quan trắc; bổ sung hồ sơ môi trường.", 80),
        Said(11, "Hồ sơ cơ bản hoàn chỉnh, đang đóng quyển để trình thẩm định.", 90),
        Said(12, "Hồ sơ đã trình thẩm định, chậm so với thời hạn.", 100, BEHIND,
             "Kết quả quan trắc môi trường về chậm.", product="Hồ sơ trình thẩm định", done=True,
             proof=Proof("71/TTr-UBND", date(2026, 12, 3))),
    ),
    "Lập nhiệm vụ quy hoạch chung xã": (
        Said(6, "Đã chọn đơn vị tư vấn, thu thập bản đồ nền và số liệu dân cư.", 20),
        Said(7, "Đơn vị tư vấn trình dự thảo lần 1.", 35),
        Said(8, "Lấy ý kiến các thôn về dự thảo; có 27 ý kiến.", 50),
        Said(9, "Chưa hoàn chỉnh được: thành phố chưa ban hành định hướng chung; sẽ xin gia hạn.", 55, BEHIND,
             "Chờ thành phố ban hành định hướng quy hoạch chung.",
             requests="Cho gia hạn đến trước kỳ họp cuối năm của HĐND xã."),
        Said(10, "Đã có định hướng của thành phố; tư vấn điều chỉnh dự thảo.", 70),
        Said(11, "Đã trình dự thảo nhiệm vụ quy hoạch.", 85),
        Said(12, "HĐND xã đã thông qua nhiệm vụ quy hoạch chung.", 100,
             product="Nhiệm vụ quy hoạch được phê duyệt", done=True,
             proof=Proof("14/NQ-HĐND", date(2026, 12, 8), "HĐND xã")),
    ),
    "Chỉnh lý hồ sơ địa chính sau sắp xếp đơn vị hành chính": (
        Said(6, "Đã nhận bàn giao 1.240 thửa; phân loại theo thôn.", 10),
        Said(8, "Chỉnh lý xong 310 thửa.", 25),
        Said(9, "Chỉnh lý xong 505 thửa.", 41),
        Said(10, "Chỉnh lý xong 702 thửa.", 57),
        Said(11, "Chỉnh lý xong 890 thửa; phần còn lại đủ hồ sơ, làm kịp trong tháng 12.", 72),
    ),
    "Trình chủ trương đầu tư tuyến đường nối đường 191N với đường 396": (
        Said(6, "Đã lập báo cáo đề xuất chủ trương đầu tư, gửi lấy ý kiến.", 25),
        Said(8, "Tiếp thu ý kiến về hướng tuyến; rà lại diện tích đất lúa phải chuyển mục đích.", 45),
        Said(10, "Hoàn chỉnh hồ sơ; chờ cân đối nguồn vốn.", 60, AT_RISK,
             "Chưa có văn bản về khả năng cân đối vốn của thành phố.",
             requests="Đề nghị lãnh đạo làm việc với thành phố về nguồn vốn."),
        Said(11, "Đã đăng ký nội dung trình kỳ họp HĐND xã tháng 12.", 70, AT_RISK,
             "Văn bản về nguồn vốn chưa có; thiếu thì chưa trình được."),
        Said(12, "Chưa trình được tại kỳ họp tháng 12.", 70, BEHIND, "Chưa có văn bản về nguồn vốn."),
    ),
    "Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ": (
        Said(6, "Đã thống nhất phạm vi khảo sát ba vùng ngoài đê.", 15),
        Said(7, "Khảo sát xong vùng thứ nhất.", 35),
        Said(8, "Khảo sát dở vùng thứ hai; tạm nghỉ vì nước lên.", 45, AT_RISK, "Phụ thuộc con nước."),
        # Nothing more: the row goes stale and, from 16 November, overdue.
    ),
    "Khắc phục hạ tầng hư hỏng sau mưa lớn tháng 9": (
        Said(11, "Đã khắc phục 3 trong 5 điểm sạt lở bờ kênh; hai điểm còn lại đang đóng cọc.", 60),
        Said(12, "Đã khắc phục xong 5 điểm, nghiệm thu ngày 08/12.", 100,
             product="Biên bản nghiệm thu khắc phục", done=True),
    ),
    # -- Phòng Văn hóa - Xã hội ------------------------------------------------------------------------------
    "Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực": (
        Said(6, "Đã kiểm đếm 8.600 hồ sơ phải số hóa, phân theo lĩnh vực.", 10),
        Said(7, "Số hóa 900 hồ sơ hộ tịch.", 18),
        Said(8, "Số hóa 1.750 hồ sơ.", 26),
        Said(9, "Số hóa 2.400 hồ sơ; máy quét hỏng một tuần.", 32, AT_RISK, "Chỉ có một máy quét khổ A3."),
        Said(10, "Số hóa 3.300 hồ sơ.", 41, BEHIND,
             "Nhân lực một người, một máy quét không đủ cho 8.600 hồ sơ.",
             difficulties="Hồ sơ đất đai cũ bị mờ, phải nhập lại bằng tay.",
             requests="Bố trí thêm một máy quét và hai cộng tác viên trong tháng 11, 12."),
        Said(11, "Số hóa 4.500 hồ sơ sau khi có thêm cộng tác viên.", 53, BEHIND,
             "Khối lượng còn lại gần một nửa."),
        Said(12, "Số hóa 6.200 hồ sơ.", 72, BEHIND, "Không kịp 8.600 hồ sơ trước ngày 15/12."),
    ),
    "Xây dựng kế hoạch cải cách hành chính năm": (
        Said(6, "Đã ban hành kế hoạch, sớm hơn thời hạn.", 100,
             product="Kế hoạch cải cách hành chính năm 2026",
             done=True, proof=Proof("41/KH-UBND", date(2026, 6, 11))),
    ),
    "Tập huấn kỹ năng số cho cán bộ, công chức": (
        Said(7, "Khảo sát nhu cầu: 46 người đăng ký.", 15),
        Said(9, "Đã tổ chức lớp thứ nhất, 24 người dự, 22 người đạt.", 50),
        Said(10, "Chưa mời được giảng viên lớp thứ hai.", 50, AT_RISK,
             "Giảng viên trùng lịch đến giữa tháng 11."),
        Said(11, "Đã tổ chức lớp thứ hai ngày 18/11, 22 người đạt.", 100, BEHIND, "Lớp thứ hai chậm 19 ngày.",
             product="02 lớp tập huấn, danh sách 44 người đạt", done=True),
    ),
    "Kiểm kê di tích, di sản văn hóa trên địa bàn": (
        Said(6, "Đã lập mẫu phiếu kiểm kê, hướng dẫn các thôn.", 15),
        Said(8, "Thu phiếu của 5 thôn.", 40),
        Said(10, "Thu phiếu của 8 thôn; đang đối chiếu với hồ sơ xếp hạng.", 65, AT_RISK,
             "Hai di tích chưa rõ ranh giới đất."),
        Said(11, "Đã đủ phiếu các thôn; còn thống nhất ranh giới hai di tích.", 80, AT_RISK,
             "Chờ trích đo ranh giới đất hai di tích."),
    ),
    "Vận động xã hội hóa dụng cụ thể thao ngoài trời tại nhà văn hóa thôn": (
        Said(7, "Đã gửi thư ngỏ đến các doanh nghiệp, hội đồng hương.", 10),
        Said(9, "Vận động đủ kinh phí cho 2 nhà văn hóa thôn.", 40),
        Said(10, "Lắp đặt xong tại 2 nhà văn hóa thôn.", 45),
        Said(11, "Lắp đặt xong tại 4 nhà văn hóa thôn.", 80),
    ),
    "Nâng cấp trang thiết bị khám chữa bệnh ban đầu của trạm y tế": (
        Said(6, "Đã thống nhất danh mục 14 thiết bị với trạm y tế.", 20),
        Said(7, "Chọn xong nhà cung cấp.", 45),
        Said(8, "Nhận 9 trong 14 thiết bị.", 70),
        Said(9, "Đã nhận, lắp đặt và bàn giao đủ 14 thiết bị.", 100,
             product="Biên bản bàn giao 14 thiết bị cho trạm y tế", done=True,
             proof=Proof("17/BB-TYT", date(2026, 9, 9), "Trạm y tế xã")),
    ),
    "Lắp đặt hệ thống lấy số và tra cứu tự động": (
        Said(8, "Đã khảo sát mặt bằng, lập dự toán.", 20),
        Said(9, "Dự toán được duyệt; đang mời báo giá.", 35),
        Said(10, "Đã ký hợp đồng cung cấp.", 50),
        Said(11, "Thiết bị về đủ, lắp đặt trong tháng 11.", 70),
    ),
    # -- Văn phòng HĐND & UBND -------------------------------------------------------------------------------
    "Ký quy chế phối hợp với cơ quan tư pháp khu vực": (
        Said(6, "Đã gửi dự thảo quy chế để các bên góp ý.", 40),
        Said(7, "Nhận đủ góp ý, đang tiếp thu.", 60),
        Said(9, "Quy chế đã được các bên ký, chậm so với thời hạn vì chờ lịch ký chung.", 100, BEHIND,
             "Chờ lịch ký chung của các bên.", product="Quy chế phối hợp đã ký", done=True,
             proof=Proof("03/QCPH", date(2026, 9, 11), "UBND xã và các cơ quan phối hợp")),
    ),
    "Xây dựng kế hoạch phòng, chống tham nhũng, tiêu cực, lãng phí năm": (
        Said(6, "Kế hoạch đã được ký ban hành.", 100, product="Kế hoạch phòng, chống tham nhũng năm 2026",
             done=True, proof=Proof("44/KH-UBND", date(2026, 6, 12))),
    ),
    "Công khai kết quả kê khai tài sản, thu nhập": (
        Said(9, "Đã ban hành văn bản hướng dẫn kê khai năm 2026.", 20),
        Said(10, "Nhận bản kê khai của 31 trong 38 người phải kê khai.", 50),
        Said(11, "Nhận đủ 38 bản kê khai; đang soát trước khi công khai.", 75),
        Said(12, "Đã niêm yết công khai, lập biên bản kết thúc.", 100,
             product="Biên bản công khai", done=True),
    ),
    # -- UBKT ------------------------------------------------------------------------------------------------
    "Ban hành chương trình kiểm tra, giám sát năm": (
        Said(6, "Chương trình đã ban hành, gửi các chi bộ.", 100,
             product="Chương trình kiểm tra, giám sát năm 2026", done=True,
             proof=Proof("02-CTr/UBKT", date(2026, 6, 10), "UBKT Đảng ủy UBND xã")),
    ),
    "Giám sát chuyên đề việc thực hiện trách nhiệm nêu gương tại 02 chi bộ": (
        Said(7, "Đã ban hành kế hoạch giám sát, thành lập đoàn.", 20),
        Said(8, "Giám sát xong tại chi bộ thứ nhất.", 50),
        Said(9, "Đang giám sát tại chi bộ thứ hai.", 65),
        Said(10, "Hoàn thành giám sát; đang dự thảo thông báo kết luận.", 85),
        Said(11, "Đã ban hành hai thông báo kết luận giám sát.", 100,
             product="02 thông báo kết luận giám sát",
             done=True, proof=Proof("05-TB/UBKT", date(2026, 10, 29), "UBKT Đảng ủy UBND xã")),
    ),
    "Bồi dưỡng nghiệp vụ cho cấp ủy viên làm công tác kiểm tra": (
        Said(8, "Đã thống nhất nội dung, mời báo cáo viên.", 30),
        Said(10, "Ấn định tổ chức lớp vào đầu tháng 11.", 45),
        Said(11, "Lớp bồi dưỡng đã mở ngày 06/11, 19 học viên dự đủ; danh sách sẽ gửi kèm.", 100),
    ),
    "Rà soát việc thi hành kỷ luật trong nhiệm kỳ trước": (
        Said(6, "Đã thu thập hồ sơ của các chi bộ trước sắp xếp.", 15),
        Said(8, "Rà soát được một nửa số hồ sơ.", 45),
        Said(10, "Rà soát xong hồ sơ, đang viết báo cáo.", 75),
        Said(11, "Dự thảo báo cáo đã gửi lấy ý kiến.", 85),
        Said(12, "Đã tiếp thu ý kiến, trình ký báo cáo rà soát.", 95),
    ),
    # -- Nhiệm vụ, đề án chưa có việc cụ thể -----------------------------------------------------------------
    "II.3.1-04": (
        Said(7, "Đã nạo vét 2,5 km kênh mương trước mùa mưa từ nguồn duy tu.", 5),
        Said(10, "Vá ổ gà 4 tuyến đường thôn sau đợt mưa lớn.", 8),
    ),
    "II.3.3-05": (
        Said(6, "Rút ngắn 1 ngày đối với 12 thủ tục hộ tịch.", 15),
        Said(9, "Tỷ lệ hồ sơ trả đúng hạn đạt 98,6%.", 20),
    ),
    "II.3.3-07": (Said(8, "Cử 6 công chức dự lớp bồi dưỡng theo vị trí việc làm.", 10),),
    "II.2.2-03": (Said(9, "Đã trao đổi thông tin với hai cơ quan; đang dự thảo quy chế phối hợp.", 15),),
    "DA-03": (Said(9, "Đang hoàn thiện hồ sơ giao đất khu dân cư Tất Thượng I.", 10, AT_RISK,
                   "Còn 3 hộ chưa đồng ý phương án bồi thường."),),
}  # fmt: skip
"""By the item's title, or the code of a task or project without items; months without a line are quiet."""

MONTHLY: dict[str, str] = {
    "Đôn đốc thu ngân sách, công khai kết quả thu - chi hằng tháng":
        "Đã niêm yết kết quả thu - chi tháng {before} tại trụ sở và trên trang tin của xã.",
    "Kiểm tra, lập hồ sơ xử lý vi phạm đất đai, hành lang đê":
        "Kiểm tra {twice} lượt trong kỳ; đã lập biên bản các trường hợp vi phạm, yêu cầu tháo dỡ.",
    "Lấy ý kiến hài lòng của người dân tại bộ phận một cửa":
        "Lấy {forms} phiếu trong kỳ; tỷ lệ hài lòng và rất hài lòng trên 96%.",
    "Cập nhật dữ liệu hộ tịch vào hệ thống dùng chung":
        "100% hồ sơ hộ tịch phát sinh trong kỳ tháng {month} đã được cập nhật.",
    "Đưa hồ sơ kiểm tra, giám sát vào phần mềm của ngành":
        "Đã cập nhật đủ hồ sơ các cuộc kiểm tra, giám sát kết thúc trong kỳ.",
}  # fmt: skip
"""Work that goes on all the time: what is said every month."""

THIN = "Đã lấy ý kiến người dân tại bộ phận một cửa."
"""What was first said in August of the satisfaction survey, and was returned for it."""

STALE = ("Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ", 9)
"""The item that its unit no longer reports on, from which month."""


class Words(NamedTuple):
    """A unit's own words for a period."""

    results: str
    shortcomings: str = ""
    causes: str = ""
    next_period: str = ""
    requests: str = ""


UNIT_REPORTS: dict[tuple[str, str], Words] = {
    ("2026-6T", "PKT"): Words(
        "Kế hoạch năm 2026 được giao 10 việc; đã triển khai 8 việc ngay trong tháng 6. "
        "Việc rà soát hạ tầng các thôn đi trước kế hoạch.",
        "Một số việc còn ở bước chuẩn bị.",
        "Kế hoạch được giao từ ngày 01/6, thời gian thực hiện ngắn.",
        "Hoàn thành báo cáo hiện trạng hạ tầng; lấy ý kiến nhiệm vụ quy hoạch chung.",
    ),
    ("2026-6T", "VHXH"): Words(
        "Ban hành kế hoạch cải cách hành chính trước thời hạn; kiểm đếm xong hồ sơ phải số hóa.",
        "Hai việc về thể thao, tập huấn chưa bắt đầu.",
        "Ưu tiên hoàn thành các kế hoạch năm trước.",
        "Số hóa hồ sơ hộ tịch; mua sắm thiết bị cho trạm y tế.",
    ),
    ("2026-9T", "PKT"): Words(
        "Hoàn thành 2 trong 10 việc được giao; chỉnh lý được 505 thửa đất.",
        "Nhiệm vụ quy hoạch chung chậm; mô hình nuôi thủy sản chưa chọn được hộ.",
        "Phụ thuộc định hướng của thành phố; hộ nuôi ngại chi phí ban đầu.",
        "Hoàn thiện hồ sơ nông thôn mới nâng cao; trình chủ trương đầu tư tuyến đường.",
        "Làm việc với thành phố về nguồn vốn tuyến đường.",
    ),
    ("2026-9T", "VHXH"): Words(
        "Bàn giao đủ thiết bị cho trạm y tế; mở lớp tập huấn kỹ năng số thứ nhất.",
        "Số hóa kết quả thủ tục hành chính chậm so với khối lượng.",
        "Thiếu máy quét và nhân lực.",
        "Tăng tốc số hóa; mở lớp tập huấn thứ hai.",
        "Bố trí thêm máy quét và cộng tác viên.",
    ),
    ("2026-9T", "UBKT"): Words(
        "Ban hành chương trình năm đúng hạn; giám sát chuyên đề đang ở chi bộ thứ hai.",
        next_period="Ban hành thông báo kết luận; mở lớp bồi dưỡng nghiệp vụ.",
    ),
    ("2026-11", "PKT"): Words(
        "Trình dự thảo nhiệm vụ quy hoạch chung; khắc phục 3 trong 5 điểm sạt lở bờ kênh.",
        "Hồ sơ nông thôn mới nâng cao chưa trình thẩm định như thời hạn đề ra.",
        "Kết quả quan trắc môi trường về chậm.",
        "Trình chủ trương đầu tư tuyến đường tại kỳ họp tháng 12.",
    ),
}
"""By period and unit; the office confirms all but the last, which waits."""
