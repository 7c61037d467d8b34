"""Pictures of charts in docs/pictures, of made-up figures. ``python -m tests.baocao.chart_pictures``."""

from datetime import date
from pathlib import Path

from baocao.charts import (
    Bar,
    Bullet,
    Chart,
    Diamond,
    HeatCell,
    HeatRow,
    Point,
    Span,
    bullets,
    heat_map,
    line,
    stacked_bars,
    timeline,
)
from baocao.charts.draw import MUTED, el, number, width
from nhiemvu.status import Mark

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
GOOD, LATE, LACKING, OPEN = (
    HeatCell(mark, mark.icon, said)
    for mark, said in (
        (Mark.COMPLETED, "Đúng kỳ"),
        (Mark.WARNING, "Muộn"),
        (Mark.OVERDUE, "Thiếu"),
        (Mark.UNDETERMINED, "Còn hạn"),
    )
)
CHARTS: dict[str, Chart] = {
    "cot-chong": stacked_bars(
        "cot-chong",
        "Tình hình theo mục",
        [
            Bar("1 Phương thức lãnh đạo", {Mark.COMPLETED: 1, Mark.ON_TIME: 4, Mark.UNDETERMINED: 1}),
            Bar("2.1 Xây dựng Đảng", {Mark.COMPLETED: 1, Mark.ON_TIME: 3, Mark.WARNING: 1}),
            Bar("2.2 Kiểm tra, giám sát", {Mark.COMPLETED: 2, Mark.ON_TIME: 2, Mark.OVERDUE: 1}),
            Bar("3.2 Hạ tầng, đất đai, môi trường", {Mark.ON_TIME: 1, Mark.OVERDUE: 2, Mark.STOPPED: 1}),
            Bar("4 Tư pháp", {Mark.ON_TIME: 2, Mark.CONTINUING: 3}),
            Bar("III Mười đề án", {Mark.ON_TIME: 6, Mark.WARNING: 2, Mark.OVERDUE: 1, Mark.UNDETERMINED: 1}),
        ],
    ),
    "nen-nep": heat_map(
        "nen-nep",
        "Nền nếp cập nhật",
        ["T6", "T7", "T8", "T9", "T10", "T11"],
        [
            HeatRow("Phòng Kinh tế", [GOOD, GOOD, LATE, LACKING, GOOD, OPEN]),
            HeatRow("Phòng Văn hóa – Xã hội", [GOOD, GOOD, GOOD, GOOD, GOOD, OPEN]),
            HeatRow("Văn phòng HĐND và UBND", [None, LATE, GOOD, GOOD, LATE, OPEN]),
        ],
        legend=[(cell.mark, cell.text, cell.said) for cell in (GOOD, LATE, LACKING, OPEN)],
    ),
    "chi-tieu": bullets(
        "chi-tieu",
        "Chỉ tiêu so với mục tiêu",
        [
            Bullet("Tăng thu ngân sách hằng năm", 11.2, 13, "11,2%", "≥ 13%", Mark.OVERDUE, "Chưa đạt"),
            Bullet("Số hóa hồ sơ địa chính", 46, 100, "46%", "≥ 100%", Mark.WARNING, "Chưa đạt"),
            Bullet("Dịch vụ công toàn trình", 91, 90, "91%", "≥ 90%", Mark.COMPLETED, "Đạt"),
            Bullet(
                "Khu dân cư, dịch vụ trung tâm", None, 20, "", "20 – 25 ha",
                Mark.UNDETERMINED, "Chưa có số liệu", target_high=25,
            ),
        ],
    ),
    "de-an": timeline(
        "de-an",
        "Các đề án",
        [
            Span(
                "DA-01 Đường 191N – 396", Mark.ON_TIME,
                date(2026, 2, 1), date(2028, 12, 31), date(2028, 3, 31), 40,
                [Diamond("Khởi công", date(2026, 9, 1), date(2026, 6, 1), date(2026, 9, 3)),
                 Diamond("Thông xe", date(2028, 6, 1))], note="lùi 9 tháng",
            ),
            Span(
                "DA-03 Khu dân cư Tất Thượng", Mark.OVERDUE, date(2026, 3, 1), date(2026, 10, 1), None, 20,
                [Diamond("Phê duyệt quy hoạch", date(2026, 8, 1))], stale=True,
            ),
            Span("DA-04 Khu dân cư Hàm Hy", Mark.UNDETERMINED),
            Span("DA-05 Cụm công nghiệp", Mark.WARNING, None, date(2027, 6, 30)),
            Span("DA-08 Chính quyền điện tử", Mark.COMPLETED, date(2025, 9, 1), date(2026, 9, 1), None, 100),
        ],
        first=date(2025, 7, 1), last=date(2030, 12, 31), today=date(2026, 11, 23),
    ),
    "thuc-hien": line(
        "thuc-hien",
        "Tăng thu ngân sách",
        [
            Point(date(2025, 12, 31), 8, "8%"),
            Point(date(2026, 12, 31), 9.5, "9,5%"),
            Point(date(2027, 12, 31), 11.2, "11,2%"),
        ],
        unit="%",
        target=Point(date(2030, 12, 31), 13, "13%"),
        plan=[Point(date(2025, 12, 31), 9, "9%"), Point(date(2030, 12, 31), 13, "13%")],
        forecast=[Point(date(2030, 12, 31), 16, "16%")],
    ),
}  # fmt: skip


def picture(chart: Chart) -> str:
    """The drawing as a file: with its key, on paper of its own and of a width of its own."""
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    svg = chart.svg.replace('width="100%"', 'width="640"', 1)
    height, x = float(svg.partition(' height="')[2].partition('"')[0]), 0.0
    for one in chart.key:
        sign = one.sign.replace("<svg ", f'<svg x="{number(x)}" y="{number(height + 6)}" ', 1)
        said = el("text", one.text, x=x + 20, y=height + 17, fill=MUTED)
        svg = f"{svg.removesuffix('</svg>')}{sign}{said}</svg>"
        x += 32 + width(one.text)
    svg = svg.replace(f' height="{number(height)}"', f' height="{number(height + 24)}"', 1)
    return svg.replace("</desc>", f"</desc>{paper}", 1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, chart in CHARTS.items():
        (FOLDER / f"{name}.svg").write_text(picture(chart))
