"""Charts: what is drawn is whole, escaped, linked, legible on a phone and told apart without colour."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import pytest
from django.template.loader import render_to_string

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
from baocao.charts.draw import BROAD, LOOKS, NARROW, PATTERNS, TODAY, WIDE, Look, width, wrapped
from baocao.charts.heat import CALM
from nhiemvu.status import Mark
from tests.baocao import chart_pictures
from tests.markup import inline_faults

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Phát triển hạ tầng, quản lý đất đai, tài nguyên và môi trường, quy hoạch và xây dựng nông thôn mới"
UNBROKEN = "Nghị-quyết-số-08-CTr/ĐUUB-về-phát-triển-kinh-tế-xã-hội-giai-đoạn-2025–2030"
NASTY = '<script>alert("&1")</script> Đảng ủy & UBND \x00\x07'
DAYS = {"first": date(2025, 7, 1), "last": date(2030, 12, 31), "today": date(2026, 11, 23)}
SIGNS = [(Mark.COMPLETED, "✔", "Đúng kỳ"), (Mark.WARNING, "▲", "Muộn"), (Mark.OVERDUE, "■", "Thiếu")]


def bars(*rows: Bar) -> Chart:
    return stacked_bars("muc", "Theo mục", rows)


def point(year: int, value: float, said: str = "") -> Point:
    return Point(date(year, 12, 31), value, said or f"{value}%")


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)  # noqa: S314, our own


def key_of(chart: Chart) -> list[str]:
    return [one.text for one in chart.key]


def bullet(
    label: str, value: float | None, target: float, mark: Mark = Mark.ON_TIME, **more: object
) -> Bullet:
    said = "" if value is None else f"{value} triệu đồng/người/năm"
    return Bullet(label, value, target, said, f"≥ {target} triệu đồng/người/năm", mark, "Chưa đạt", **more)  # type: ignore[arg-type]


ALL_MARKS = {mark: 199 for mark in Mark}
EXTREMES = {
    "no rows": bars(),
    "nothing of nothing": bars(Bar("Mục 1", {}), Bar("Mục 2", {Mark.OVERDUE: 0})),
    "one huge": bars(Bar("Lớn", {Mark.ON_TIME: 98765}), Bar("Nhỏ", dict.fromkeys(Mark, 1))),
    "all marks in hundreds": bars(Bar("Mục 1", ALL_MARKS), Bar(LONG, ALL_MARKS)),
    "fifty rows": bars(*(Bar(f"{n} {LONG}", {Mark.ON_TIME: n, Mark.OVERDUE: 50 - n}) for n in range(50))),
    "no break": bars(Bar(UNBROKEN, {Mark.ON_TIME: 1})),
    "no periods": heat_map("n", "Nền nếp", [], [HeatRow("Phòng Kinh tế", [])]),
    "twelve periods": heat_map(
        "n",
        "Nền nếp",
        [f"T{n}/2026" for n in range(1, 13)],
        [HeatRow(LONG, [HeatCell(mark, sign, said) for mark, sign, said in SIGNS] * 4)] * 12,
        legend=SIGNS,
    ),
    "bullets": bullets(
        "c",
        "Chỉ tiêu",
        [
            bullet(LONG, None, 13),
            bullet("Âm", -12.5, 13),
            bullet("Bằng không", 0, 0),
            bullet(UNBROKEN, 1e9, 0.001),
            bullet("Khoảng", 22, 20, target_high=25),
        ],
    ),
    "no bullets": bullets("c", "Chỉ tiêu", []),
    "timeline": timeline(
        "d",
        "Đề án",
        [
            Span(LONG, Mark.OVERDUE, date(2020, 1, 1), date(2040, 1, 1), date(2019, 1, 1), 100,
                 note="lùi 9 tháng"),
            Span(UNBROKEN, Mark.UNDETERMINED),
            Span("DA-03", Mark.WARNING, None, date(2030, 12, 31), note="lùi 26 tháng", percent=0, stale=True),
            Span("DA-04", Mark.ON_TIME, date(2027, 1, 1), date(2026, 1, 1), note="hạn trước ngày bắt đầu"),
            Span("DA-05", Mark.CONTINUING, milestones=[Diamond("a", date(2026, 1, 1))]),
            Span("DA-06", Mark.UNDETERMINED, milestones=[Diamond("a", date(2026, 1, 1))], note="chờ vốn"),
        ],
        **DAYS,
    ),
    "one day": timeline("d", "Đề án", [Span("A", Mark.ON_TIME)], **dict.fromkeys(DAYS, DAYS["first"])),
    "a century": timeline(
        "d", "Đề án", [], first=date(1950, 1, 1), last=date(2050, 1, 1), today=date(2049, 12, 31)
    ),
    "no values": line("l", "Thu", []),
    "one value": line("l", "Thu", [point(2026, 8)]),
    "same values": line("l", "Thu", [point(2026, 8), point(2027, 8)], target=point(2030, 8)),
    "many values": line(
        "l",
        "Thu",
        [Point(date(2026, 1 + n % 12, 1 + n // 12), n, f"{n} tỷ đồng") for n in range(50)],
        target=point(2030, 60),
        plan=[point(2025, 0), point(2030, 60)],
        forecast=[point(2030, 1e6)],
    ),
}  # fmt: skip
CHARTS = {**EXTREMES, **chart_pictures.CHARTS}
each_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())


# -- structure ---------------------------------------------------------------------------------------------


@each_chart
def test_a_drawing_is_named_described_and_of_its_own(chart: Chart) -> None:
    svg = drawn(chart)
    assert svg.find(f"{SVG}title").text == chart.title  # type: ignore[union-attr]
    assert svg.find(f"{SVG}desc").text == chart.description  # type: ignore[union-attr]
    ids = [node.get("id") for node in svg.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one and one.startswith(f"{chart.name}-") for one in ids)
    assert svg.get("aria-labelledby") in ids
    assert svg.get("aria-describedby") in ids
    used = set(re.findall(r"url\(#([\w-]+)\)", "".join([chart.svg, *(one.sign for one in chart.key)])))
    assert used == {node.get("id") for node in svg.iter(f"{SVG}pattern")}


@each_chart
def test_a_drawing_has_no_code_and_no_style(chart: Chart) -> None:
    assert inline_faults(chart.svg) == []
    assert "style" not in {name for node in drawn(chart).iter() for name in node.attrib}


@each_chart
def test_numbers_are_short(chart: Chart) -> None:
    assert re.findall(r'="-?\d+\.\d{3,}', chart.svg) == []
    assert "nan" not in chart.svg
    assert "inf" not in chart.svg


@each_chart
def test_the_table_is_rectangular(chart: Chart) -> None:
    assert {len(row) for row in chart.table.rows} <= {len(chart.table.head)}


def test_everything_written_by_people_is_escaped() -> None:
    stone = Diamond(NASTY, date(2026, 1, 1))
    charts = [
        stacked_bars("a", NASTY, [Bar(NASTY, {Mark.OVERDUE: 1}, f"/?{NASTY}", {Mark.OVERDUE: f'"/{NASTY}'})]),
        heat_map("b", NASTY, [NASTY], [HeatRow(NASTY, [HeatCell(Mark.OVERDUE, NASTY, NASTY, NASTY)])]),
        bullets("c", NASTY, [Bullet(NASTY, 1, 2, NASTY, NASTY, Mark.OVERDUE, NASTY, href=NASTY)]),
        timeline("d", NASTY, [Span(NASTY, Mark.OVERDUE, note=NASTY, milestones=[stone])], **DAYS),
        line("e", NASTY, [point(2026, 1, NASTY)], unit=NASTY, target=point(2027, 1, NASTY)),
    ]
    for chart in charts:
        page = render_to_string("components/chart.html", {"chart": chart})
        for markup in (chart.svg, page):
            assert "<script" not in markup
            assert '"&1"' not in markup
        assert [node.tag for node in drawn(chart).iter() if "script" in node.tag] == []


def test_the_key_is_a_list_that_says_each_sign() -> None:
    chart = bars(Bar("Mục 1", {Mark.OVERDUE: 2, Mark.ON_TIME: 1}))
    assert key_of(chart) == ["▶ Trong hạn", "■ Quá hạn"]
    page = render_to_string("components/chart.html", {"chart": chart})
    assert page.count("<li>") == 2
    assert "chart-key" not in render_to_string("components/chart.html", {"chart": bars()})


def test_words_shown_in_a_page_are_the_drawing_and_its_table() -> None:
    chart = bars(Bar("Mục 1", {Mark.OVERDUE: 2}, "/m/?a=1&b=2", {Mark.OVERDUE: "/q/"}))
    page = render_to_string("components/chart.html", {"chart": chart})
    assert str(chart.svg) in page
    assert page.count('href="/m/?a=1&amp;b=2"') == 2
    assert page.count('href="/q/"') == 2
    assert inline_faults(page) == []


# -- links -------------------------------------------------------------------------------------------------


def test_every_part_with_an_address_is_one_named_link() -> None:
    chart = bars(Bar("Mục 1", {Mark.OVERDUE: 2, Mark.ON_TIME: 3}, "/m/", {Mark.OVERDUE: "/m/?tre"}))
    links = {node.get("href"): node.get("aria-label") for node in drawn(chart).iter(f"{SVG}a")}
    assert links == {"/m/": "Mục 1: 5 việc", "/m/?tre": "Mục 1, quá hạn: 2 việc"}
    assert drawn(chart).get("role") == "group"


def test_a_drawing_without_links_is_one_picture() -> None:
    assert drawn(bars(Bar("Mục 1", {Mark.OVERDUE: 2}))).get("role") == "img"


def test_what_is_no_link_is_not_read_out_piece_by_piece() -> None:
    chart = bars(Bar("Mục 1", {Mark.OVERDUE: 2, Mark.ON_TIME: 3}, hrefs={Mark.OVERDUE: "/q/"}))
    for top in drawn(chart):
        if top.tag == f"{SVG}g":
            assert (top.get("aria-hidden") == "true") == (top.find(f"{SVG}a") is None)


# -- figures -----------------------------------------------------------------------------------------------


def test_parts_are_drawn_to_scale_and_never_too_small_for_their_number() -> None:
    svg = drawn(bars(Bar("Mục 1", {Mark.COMPLETED: 30, Mark.ON_TIME: 60}), Bar("Mục 2", {Mark.OVERDUE: 1})))
    widths = [
        float(node.get("width", "")[:-1])
        for node in svg.iter(f"{SVG}rect")
        if node.get("width", "").endswith("%")
    ]
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.03)
    assert widths[2] * NARROW / 100 >= 20


def test_the_numbers_stand_in_the_drawing() -> None:
    texts = [
        node.text for node in drawn(bars(Bar("Mục", {Mark.OVERDUE: 2, Mark.ON_TIME: 30}))).iter(f"{SVG}text")
    ]
    assert texts[:4] == ["Mục", "30", "2", "32"]


def test_work_without_days_says_so_and_gets_no_invented_bar() -> None:
    chart = timeline("d", "Đề án", [Span("DA-01", Mark.UNDETERMINED)], **DAYS)
    assert "chưa nhập thời hạn" in chart.svg
    assert list(drawn(chart).iter(f"{SVG}rect")) == []


def test_the_words_for_no_day_stand_beside_the_line_of_the_day_not_on_it() -> None:
    drawing = drawn(timeline("d", "Đề án", [Span("DA-01", Mark.UNDETERMINED)], **DAYS))
    note = next(text for text in drawing.iter(f"{SVG}text") if text.text == "chưa nhập thời hạn")
    day = next(line for line in drawing.iter(f"{SVG}line") if line.get("stroke") == TODAY)
    assert note.get("x") == day.get("x1") and note.get("dx") == "4"


def test_an_extrapolation_is_called_one() -> None:
    plain = line("l", "Thu", [point(2026, 8)], target=point(2030, 13))
    longer = line("l", "Thu", [point(2026, 8), point(2027, 9)], forecast=[point(2030, 12)])
    assert "Kéo dài đơn giản, không phải dự báo" not in key_of(plain)
    assert "Kéo dài đơn giản, không phải dự báo" in key_of(longer)


def test_an_axis_that_does_not_start_at_nothing_says_so() -> None:
    assert "Trục đứng" not in "".join(key_of(line("l", "Thu", [point(2026, 1), point(2027, 9)])))
    assert "Trục đứng bắt đầu từ 11,7" in key_of(line("l", "Thu", [point(2026, 12), point(2027, 14)]))


def test_words_stand_off_a_steep_line() -> None:
    """Each of them: at the foot, on the slope, at the top."""
    values = [9.1, 11, 12.1, 13.4]
    said = [f"{value}%" for value in values]
    days = [date(2025, 12, 28), date(2026, 6, 28), date(2026, 9, 28), date(2026, 11, 28)]
    facts = [Point(*one) for one in zip(days, values, said, strict=True)]
    svg = drawn(line("l", "Thu", facts, target=point(2030, 13)))
    lines = [node for node in svg.iter(f"{SVG}line") if node.get("stroke-linecap")]
    for at_width in (NARROW, WIDE, BROAD):
        boxes = [box for box in places(svg, at_width) if box.text in said]
        assert len(boxes) == len(said)
        for node in lines:
            x1, y1, x2, y2 = (
                float(node.get(name, "").rstrip("%")) * (at_width / 100 if name[0] == "x" else 1)
                for name in ("x1", "y1", "x2", "y2")
            )
            for n in range(101):
                x, y = x1 + (x2 - x1) * n / 100, y1 + (y2 - y1) * n / 100
                over = [
                    box for box in boxes
                    if box.left < x < box.right and box.baseline - 8 < y < box.baseline
                ]  # fmt: skip
                assert over == []


def test_a_moved_deadline_shows_both_days() -> None:
    row = Span("DA-01", Mark.ON_TIME, date(2026, 1, 1), date(2028, 6, 30), date(2027, 12, 31))
    chart = timeline("d", "Đề án", [row], **DAYS)
    assert "Hạn ban đầu" in key_of(chart)
    assert [cell.text for cell in chart.table.rows[0][3:5]] == ["31/12/2027", "30/06/2028"]


# -- legibility --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    text: str
    left: float
    right: float
    baseline: float
    size: float


def places(svg: ET.Element, at_width: int) -> Iterator[Box]:
    """Every line of text with the room that it takes where the drawing is so wide."""
    shown = {"narrow" if at_width < WIDE else "wide", "slim" if at_width < BROAD else "broad"}

    def length(value: str | None, of: float) -> float:
        value = value or "0"
        return float(value[:-1]) * of / 100 if value.endswith("%") else float(value)

    def walk(node: ET.Element, dx: float, dy: float, room: float) -> Iterator[Box]:
        named = set(node.get("class", "").split())
        if (named and not named & shown) or node.tag in (f"{SVG}defs", f"{SVG}desc", f"{SVG}title"):
            return
        if node.tag == f"{SVG}text":
            size = float(node.get("font-size", "12"))
            for part in [node, *node] if node.text else list(node):
                took = width((part.text or "").rstrip(), size)
                x = dx + length(part.get("x"), room) + float(part.get("dx", "0"))
                x -= {"middle": took / 2, "end": took}.get(node.get("text-anchor", ""), 0)
                yield Box((part.text or "").rstrip(), x, x + took, dy + float(part.get("y", "0")), size)
            return
        for child in node:
            yield from walk(child, dx, dy, room)

    yield from walk(svg, 0, 0, at_width)


@each_chart
@pytest.mark.parametrize("at_width", [NARROW, WIDE, BROAD, 1100])
def test_words_never_run_into_each_other_or_off_the_drawing(chart: Chart, at_width: int) -> None:
    svg = drawn(chart)
    boxes = list(places(svg, at_width))
    for box in boxes:
        assert box.left >= -1, box
        assert box.right <= at_width + 1, box
        assert box.size <= box.baseline + 2, box
        assert box.baseline <= float(svg.get("height", "0")), box
    for one, other in combinations(boxes, 2):
        beside = one.right <= other.left + 1 or other.right <= one.left + 1
        above = abs(one.baseline - other.baseline) >= min(one.size, other.size)
        assert beside or above, (one, other)


@each_chart
def test_words_are_large_enough_at_any_width(chart: Chart) -> None:
    """There is no viewBox: a pixel of the drawing is a pixel of the screen."""
    svg = drawn(chart)
    assert svg.get("viewBox") is None
    assert svg.get("width") == "100%"
    assert all(float(node.get("font-size", "12")) >= 11 for node in svg.iter(f"{SVG}text"))


@each_chart
def test_on_a_crowded_sheet_a_row_has_one_line_of_words(chart: Chart) -> None:
    for node in drawn(chart).iter(f"{SVG}text"):
        named = node.get("class", "").split()
        assert "line" not in named or len(node) == 0
        assert named or len(node) == 0


def test_long_names_break_at_words_and_end_in_dots() -> None:
    lines = wrapped(LONG, 118)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(width(text) <= 118 for text in lines)
    assert all(width(text) <= 60 for text in wrapped(UNBROKEN, 60, 5))
    assert wrapped("", 100) == []


# -- colours -----------------------------------------------------------------------------------------------

WHITE = "#ffffff"
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}  # fmt: skip
Linear = tuple[float, ...]


def linear(colour: str) -> Linear:
    """sRGB, #rrggbb, as linear light."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def luminance(colour: str) -> float:
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, eye: str) -> Linear:
    light = linear(colour)
    return tuple(
        min(1.0, max(0.0, sum(m * part for m, part in zip(row, light, strict=True)))) for row in EYES[eye]
    )


def lab(light: Linear) -> Linear:
    """CIE L*a*b* of linear sRGB, D65."""
    r, g, b = light
    xyz = (
        (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
        0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
        (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: Linear, other: Linear) -> float:
    """CIE76 ΔE: about 2.3 is just noticeable."""
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


@pytest.mark.parametrize("mark", Mark)
def test_every_part_stands_out_from_the_paper_and_carries_its_number(mark: Mark) -> None:
    look = LOOKS[mark]
    assert contrast(look.edge, WHITE) >= 3
    assert contrast(look.ink, look.fill) >= 4.5
    assert look.edge == look.fill or contrast(look.edge, look.fill) >= 3


def test_in_a_heat_map_what_is_in_order_is_calm_and_every_mark_has_a_sign_of_its_own() -> None:
    assert contrast(CALM.edge, CALM.fill) >= 3
    assert contrast(CALM.ink, CALM.fill) >= 4.5
    chart = heat_map("n", "Nền nếp", ["T1", "T2", "T3"], [
        HeatRow("A", [HeatCell(mark, sign, said) for mark, sign, said in SIGNS])
    ])  # fmt: skip
    texts = [node.text for node in drawn(chart).iter(f"{SVG}text")]
    assert texts[-3:] == ["✔", "▲", "■"]


@pytest.mark.parametrize(("left", "right"), list(pairwise(LOOKS.values())))
def test_neighbours_are_parted_by_contrast_of_three(left: Look, right: Look) -> None:
    """Between them is paper; each has an outline, or a fill, that stands out from it by 3:1 (WCAG 1.4.11)."""
    assert contrast(left.edge, WHITE) >= 3
    assert contrast(right.edge, WHITE) >= 3


def test_parts_leave_a_strip_of_paper_between_them() -> None:
    svg = drawn(bars(Bar("Mục", dict.fromkeys(Mark, 3))))
    placed = [
        (float(node.get("x", "")[:-1]), float(node.get("width", "")[:-1]))
        for node in svg.iter(f"{SVG}rect")
        if node.get("width", "").endswith("%")
    ]
    assert len(placed) == len(Mark)
    assert all((x2 - x1 - w1) * NARROW / 100 >= 1 for (x1, w1), (x2, _) in pairwise(placed))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), list(combinations(Mark, 2)))
def test_marks_are_told_apart_without_some_colours_or_any(one: Mark, other: Mark, eye: str) -> None:
    """By a clear difference of what is seen, or by the pattern on them."""
    first, second = LOOKS[one], LOOKS[other]
    apart = difference(seen(first.fill, eye), seen(second.fill, eye))
    assert apart >= 15 or first.pattern != second.pattern, round(apart, 1)


def test_every_pattern_is_used_by_one_mark_alone() -> None:
    used = [look.pattern for look in LOOKS.values() if look.pattern]
    assert sorted(used) == sorted(PATTERNS)
    assert set(LOOKS) == set(Mark)


def test_overdue_is_hatched_and_stale_is_dashed() -> None:
    assert LOOKS[Mark.OVERDUE].pattern == "hatch"
    row = Span("DA-01", Mark.ON_TIME, date(2026, 1, 1), date(2028, 6, 30), stale=True)
    bar = next(drawn(timeline("d", "Đề án", [row], **DAYS)).iter(f"{SVG}rect"))
    assert bar.get("stroke-dasharray")


# -- pictures ----------------------------------------------------------------------------------------------


def test_the_style_sheet_changes_names_where_the_drawing_says() -> None:
    css = (chart_pictures.FOLDER.parents[1] / "static/css/chart.css").read_text()
    assert re.findall(r"min-width: (\d+)px\) {\s*\.chart \.(\w+) .*\s*\.chart \.(\w+)", css) == [
        (str(WIDE), "narrow", "wide"), (str(BROAD), "slim", "broad"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", chart_pictures.CHARTS)
def test_the_pictures_in_the_documents_are_what_is_drawn(name: str) -> None:
    path = chart_pictures.FOLDER / f"{name}.svg"
    assert path.read_text() == chart_pictures.picture(chart_pictures.CHARTS[name]), (
        "write them anew: python -m tests.baocao.chart_pictures"
    )
