"""A head reports on a phone: ten tasks in a few taps, and nothing that was typed is ever lost."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from baocao import periods, reporting
from baocao.models import Asked, Draft, Update
from baocao.report_data import ReportData
from phancong import planning
from phancong.planning import ItemData
from tests.factories.people import ComradeFactory, PostFactory

PAGE = "/viec-cua-toi/"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def ten(office: SimpleNamespace) -> SimpleNamespace:
    """Ten items of one department, given; this month's period is open and asks for them alone."""
    programme = office.vanphong.committee.programmes.get()
    unit, head, today = office.truongdonvi.unit, office.truongdonvi, timezone.localdate()
    PostFactory(unit=unit, comrade=ComradeFactory(committee=programme.committee))
    chief = ComradeFactory(committee=programme.committee)
    plan = planning.open_plan(programme, unit, today.year)
    parent = programme.tasks.get(code="II.3.2-01")
    items = [
        ItemData(
            parent=parent, title=f"Việc thứ {n}", due=today.replace(month=12, day=20 + n % 8),
            product="Phương án", authority="Chủ tịch UBND xã", direct=chief,
        )
        for n in range(1, 11)
    ]  # fmt: skip
    planning.write_items(plan, head, [(None, item) for item in items])
    planning.submit(plan, head)
    planning.approve(plan, office.bithu)
    planning.give(plan, office.vanphong, document="12-QĐ/ĐUUB", on=today)
    span = periods.span_of(periods.Kind.MONTH, today, reporting.rules_of(programme))
    assert span
    period = reporting.open_period(programme, span.key, office.vanphong)
    period.asked.exclude(task__year=today.year).delete()
    asked = list(period.asked.filter(unit=unit).order_by("task__due", "task__ordinal", "task"))
    return SimpleNamespace(period=period, asked=asked, unit=unit, head=head, **vars(office))


def card(page: Page, asked: Asked) -> Locator:
    return page.locator(f"#v{asked.pk}")


def choose(page: Page, asked: Asked, label: str) -> None:
    card(page, asked).get_by_text(label, exact=True).click()


def content(page: Page, asked: Asked) -> Locator:
    return card(page, asked).get_by_label("Kết quả thực hiện")


def saved(page: Page, asked: Asked) -> None:
    expect(card(page, asked).locator(".state")).to_contain_text("đã lưu nháp", timeout=10_000)


def test_ten_tasks_take_at_most_twenty_five_taps(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, **PHONE)
    page = head.open(PAGE)
    expect(page.locator("h1")).to_have_text("Cần cập nhật (10)")
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        target.click()

    for n, asked in enumerate(ten.asked):
        label = {2: "Không phát sinh", 4: "Có nguy cơ", 7: "Hoàn thành"}.get(n, "Đúng tiến độ")
        tap(card(page, asked).get_by_text(label, exact=True))
        if n in (0, 1, 3, 4, 7):
            tap(content(page, asked))
            page.keyboard.type("Đã họp với các thôn")
        if n == 4:
            tap(card(page, asked).get_by_label("Lý do có nguy cơ, chậm"))
            page.keyboard.type("Chờ vốn")
        if label == "Đúng tiến độ":
            tap(card(page, asked).get_by_label("Tiến độ %"))
            page.keyboard.type("40")
    expect(page.locator("[data-count]")).to_have_text("10")
    assert head.overflow() == 0
    tap(page.get_by_role("button", name="Gửi tất cả"))
    expect(page.locator("h1")).to_have_text("Đã gửi đủ 10 việc")
    assert taps <= 25
    assert Update.objects.count() == 10
    assert Update.objects.get(verdict="at_risk").reason == "Chờ vốn"
    assert head.violations() == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_and_the_units_report_are_accessible(
    visit: Callable, ten: SimpleNamespace, width: int
) -> None:
    head = visit(user=ten.head, width=width)
    page = head.open(PAGE)
    choose(page, ten.asked[0], "Có nguy cơ")
    for fold in card(page, ten.asked[0]).locator("summary").all():
        fold.click()
    saved(page, ten.asked[0])
    assert (head.violations(), head.overflow()) == ([], 0)
    head.open(f"/ky-bao-cao/{ten.period.key}/{ten.unit.short_name}/")
    assert (head.violations(), head.overflow()) == ([], 0)


def test_a_dropped_line_loses_nothing(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, **PHONE)
    page, first = head.open(PAGE), ten.asked[0]
    choose(page, first, "Đúng tiến độ")
    saved(page, first)
    head.context.set_offline(True)
    content(page, first).fill("Gõ khi mất mạng")
    expect(card(page, first).locator(".state")).to_contain_text("giữ trong máy này")
    assert Draft.objects.get().content == ""
    head.context.set_offline(False)
    expect(card(page, first).locator(".state")).to_contain_text("đã lưu nháp", timeout=10_000)
    assert Draft.objects.get().content == "Gõ khi mất mạng"

    # The same with the page closed meanwhile: the text is taken up again where it was.
    head.context.set_offline(True)
    content(page, first).fill("Gõ rồi đóng trang")
    expect(card(page, first).locator(".state")).to_contain_text("giữ trong máy này")
    head.context.set_offline(False)
    page.goto("about:blank")
    page = head.open(PAGE)
    expect(content(page, first)).to_have_value("Gõ rồi đóng trang")
    saved(page, first)
    assert Draft.objects.get().content == "Gõ rồi đóng trang"
    head.complaints.clear()  # the line was down: that requests failed is the point


def test_where_the_server_has_a_newer_text_both_are_shown(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, **PHONE)
    page, first = head.open(PAGE), ten.asked[0]
    choose(page, first, "Đúng tiến độ")
    saved(page, first)
    head.context.set_offline(True)
    content(page, first).fill("Bản trên điện thoại")
    expect(card(page, first).locator(".state")).to_contain_text("giữ trong máy này")
    other = ReportData(content="Bản trên máy tính", verdict="on_track", effective_on=timezone.localdate())
    reporting.save_draft(first, ten.head, other, version=Draft.objects.get().version)
    page.goto("about:blank")
    head.context.set_offline(False)
    page = head.open(PAGE)
    expect(content(page, first)).to_have_value("Bản trên máy tính")
    expect(card(page, first).locator(".other")).to_contain_text("Bản trên điện thoại")
    assert head.violations() == []
    page.get_by_role("button", name="Dùng bản này").click()
    expect(content(page, first)).to_have_value("Bản trên điện thoại")
    saved(page, first)
    assert Draft.objects.get().content == "Bản trên điện thoại"
    head.complaints.clear()


def test_two_who_write_at_once_are_both_shown(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, **PHONE)
    page, first = head.open(PAGE), ten.asked[0]
    other = ReportData(content="Bản của văn phòng", verdict="on_track", effective_on=timezone.localdate())
    reporting.save_draft(first, ten.vanphong, other, version=None)
    choose(page, first, "Có nguy cơ")
    content(page, first).fill("Bản của tôi")
    expect(card(page, first).locator(".other")).to_contain_text("Bản của văn phòng")
    expect(content(page, first)).to_have_value("Bản của tôi")
    page.get_by_role("button", name="Ghi bản của tôi").click()
    saved(page, first)
    assert Draft.objects.get().content == "Bản của tôi"
    head.complaints.clear()  # the answer that told of it was a 409


def test_the_end_of_the_session_loses_nothing(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(**PHONE)
    head.sign_in(ten.head.username)
    page, first = head.open(PAGE), ten.asked[0]
    Session.objects.all().delete()
    choose(page, first, "Đúng tiến độ")
    content(page, first).fill("Gõ khi phiên đã hết")
    link = card(page, first).get_by_role("link", name="Đăng nhập lại")
    expect(link).to_be_visible()
    link.click()
    page.fill("input[name=username]", ten.head.username)
    page.fill("input[name=password]", "mat-khau-chi-de-thu")
    page.locator("input[name=password]").press("Enter")
    expect(content(page, first)).to_have_value("Gõ khi phiên đã hết")
    saved(page, first)
    assert Draft.objects.get().content == "Gõ khi phiên đã hết"
    head.complaints.clear()


def test_without_javascript_drafts_are_saved_and_all_are_sent(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, javascript=False, **PHONE)
    page = head.open(PAGE)
    first, second = ten.asked[:2]
    choose(page, first, "Có nguy cơ")
    content(page, first).fill("Đã họp")
    page.get_by_role("button", name="Lưu nháp").last.click()
    expect(page.locator("[data-count]")).to_have_text("1")
    choose(page, second, "Không phát sinh")
    page.get_by_role("button", name="Gửi tất cả").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("lý do")
    summary.get_by_role("link").first.click()
    card(page, first).get_by_label("Lý do có nguy cơ, chậm").fill("Chờ vốn")
    page.get_by_role("button", name="Gửi tất cả").click()
    expect(page.locator("h1")).to_have_text("Cần cập nhật (8)")
    assert Update.objects.count() == 2
    page.get_by_role("button", name="Thu hồi để sửa").first.click()
    expect(page.locator("h1")).to_have_text("Cần cập nhật (9)")
    head.complaints[:] = [one for one in head.complaints if "409" not in one]


def test_a_double_press_sends_once(visit: Callable, ten: SimpleNamespace) -> None:
    head = visit(user=ten.head, **PHONE)
    page = head.open(PAGE)
    choose(page, ten.asked[0], "Không phát sinh")
    page.get_by_role("button", name="Gửi tất cả").dblclick()
    expect(page.locator("h1")).to_have_text("Cần cập nhật (9)")
    assert Update.objects.count() == 1


def test_a_second_open_period_takes_two_taps(visit: Callable, ten: SimpleNamespace) -> None:
    today = timezone.localdate()
    for asked in ten.asked:
        said = ReportData(content="Đã họp thôn", percent=40, verdict="on_track", effective_on=today)
        reporting.save_draft(asked, ten.head, said, version=None)
    reporting.send(ten.period, ten.unit, ten.head)
    span = periods.span_of(periods.Kind.YEAR, today, reporting.rules_of(ten.period.programme))
    assert span
    year = reporting.open_period(ten.period.programme, span.key, ten.vanphong)
    year.asked.exclude(task__in=[asked.task_id for asked in ten.asked]).delete()
    head = visit(user=ten.head, **PHONE)
    page = head.open(f"{PAGE}?ky={span.key}")
    expect(page.locator("h1")).to_have_text("Cần cập nhật (10)")
    page.get_by_role("button", name="Lấy 10 cập nhật đã gửi ở kỳ khác").click()
    expect(page.locator("[data-count]")).to_have_text("10")
    assert (head.violations(), head.overflow()) == ([], 0)
    page.get_by_role("button", name="Gửi tất cả").click()
    expect(page.locator("h1")).to_have_text("Đã gửi đủ 10 việc")
    assert Update.objects.filter(period=year, content="Đã họp thôn", percent=40).count() == 10
