"""Every page, wide and narrow: no accessibility violation, no console error, nothing past the edge."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from baocao import extension, reporting
from baocao.models import Asked, Evidence, UnitReport
from baocao.report_data import ReportData
from chuongtrinh.models import Committee, User
from nhiemvu.models import Task
from tests.journeys.test_mine import ten as ten  # the fixture

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


def pages(office: SimpleNamespace) -> list[str]:
    task = Task.objects.get(code="II.3.2-02")
    project = Task.objects.get(code="DA-01")
    unit, comrade = office.truongdonvi.unit, office.uyvien.comrade
    return [
        "/",
        "/van-ban/",
        task.programme.get_absolute_url(),
        "/nhiem-vu/",
        "/nhiem-vu/?q=khong-co-gi-nhu-the",
        task.get_absolute_url(),
        project.get_absolute_url(),
        f"{project.get_absolute_url()}cach-tinh/",
        "/de-an/",
        "/de-an/DA-01/",
        "/chi-tieu/",
        "/chi-tieu/CT-01/",
        "/don-vi/",
        unit.get_absolute_url(),
        comrade.get_absolute_url(),
        reverse("doi-mat-khau"),
    ]


def look(visitor, paths: list[str]) -> list[str]:
    found = []
    for path in paths:
        visitor.open(path)
        found += [f"{path}: {one}" for one in visitor.violations()]
        if (wide := visitor.overflow()) > 0:
            found.append(f"{path}: wider than the screen by {wide} px")
    return found


@WIDTHS
@pytest.mark.parametrize("name", ["vanphong", "nguoixem"])
def test_every_page_is_accessible(visit: Callable, office: SimpleNamespace, width: int, name: str) -> None:
    assert look(visit(width=width, user=getattr(office, name)), pages(office)) == []


@WIDTHS
def test_the_sign_in_page_is_accessible(visit: Callable, width: int) -> None:
    visitor = visit(width=width)
    assert look(visitor, ["/dang-nhap/"]) == []


@WIDTHS
@pytest.mark.parametrize("name", ["bithu", "uyvien", "truongdonvi", "ubkt"])
def test_every_start_page_is_accessible(
    visit: Callable, office: SimpleNamespace, width: int, name: str
) -> None:
    assert look(visit(width=width, user=getattr(office, name)), ["/"]) == []


@pytest.fixture
def cycle(ten: SimpleNamespace) -> SimpleNamespace:
    """A period in the middle: of ten items one drafted, sent, confirmed and returned each, one to extend."""
    today = timezone.localdate()
    for at, asked in enumerate(ten.asked[:4]):
        data = ReportData(
            content=f"Đã họp lần {at}", percent=40, verdict="at_risk", reason="Chờ vốn", effective_on=today
        )
        reporting.save_draft(asked, ten.head, data, version=None)
        if at == 0:
            continue
        (update,) = reporting.send(ten.period, ten.unit, ten.head, only=asked)
        Evidence.objects.create(update=update, number="12/BC-PKT", issued_on=today, added_by=ten.head)
        if at == 2:
            reporting.confirm([update], ten.vanphong)
        if at == 3:
            reporting.send_back(update, ten.vanphong, "Nêu rõ số liệu")
    shared = Task.objects.get(code="II.1-01")
    Asked.objects.create(period=ten.period, task=shared, unit=ten.unit, asked_on=today, share=True)
    late = ten.asked[4].task
    extension.ask(late, ten.head, due=late.due + timedelta(30), reason="Chờ vốn", due_seen=late.due)
    UnitReport.objects.create(
        period=ten.period,
        unit=ten.unit,
        results="Đã xong quy hoạch",
        state="submitted",
        submitted_at=timezone.now(),
    )
    return SimpleNamespace(sent=ten.asked[1].task, late=late, **vars(ten))


def pages_of_the_cycle(cycle: SimpleNamespace) -> dict[str, list[str]]:
    period, unit = f"/ky-bao-cao/{cycle.period.key}/", cycle.unit.short_name
    task = cycle.sent.get_absolute_url()
    shared = [
        "/ky-bao-cao/",
        period,
        task,
        f"{task}?ngay=01/01/{cycle.period.end.year}",
        "/gia-han/",
        "/nhac-viec/",
    ]
    extend = f"{cycle.late.get_absolute_url()}gia-han/"
    return {
        "truongdonvi": ["/viec-cua-toi/", f"{period}{unit}/", extend, *shared],
        "vanphong": [
            "/viec-cua-toi/",
            f"/viec-cua-toi/?don-vi={unit}",
            f"{period}?xem=tat-ca&don-vi={unit}",
            f"{period}viec-chung/II.1-01/",
            "/nhat-ky/",
            *shared,
        ],
        "bithu": [extend, *shared],
        "nguoixem": shared,
    }


@WIDTHS
@pytest.mark.parametrize("name", ["truongdonvi", "vanphong", "bithu", "nguoixem"])
def test_every_page_of_the_reporting_cycle_is_accessible(
    visit: Callable, cycle: SimpleNamespace, width: int, name: str
) -> None:
    visitor = visit(width=width, user=getattr(cycle, name))
    assert look(visitor, pages_of_the_cycle(cycle)[name]) == []


@WIDTHS
def test_an_office_without_a_programme_is_told_what_to_do(
    visit: Callable, office: SimpleNamespace, width: int
) -> None:
    found = look(
        visit(width=width, user=office.ngoai), ["/", "/van-ban/", "/nhiem-vu/", "/de-an/", "/don-vi/"]
    )
    assert found == []


@WIDTHS
def test_entry_pages_are_accessible(visit: Callable, office: SimpleNamespace, width: int) -> None:
    paths = ["/quan-tri/"]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        owned = {User: {"pk": office.vanphong.pk}, Committee: {"pk": office.vanphong.committee_id}}
        row = model._default_manager.filter(**owned.get(model, {})).first()  # type: ignore[arg-type]
        paths.append(reverse(f"{name}_changelist"))
        if row is not None:
            paths.append(reverse(f"{name}_change", args=[row.pk]))
    for name in (
        "nhiemvu_task",
        "phancong_assignment",
        "phancong_unit",
        "phancong_comrade",
        "chuongtrinh_user",
    ):
        paths.append(reverse(f"admin:{name}_add"))
    assert look(visit(width=width, user=office.quantri), paths) == []


def test_without_javascript_every_page_still_says_everything(
    visit: Callable, office: SimpleNamespace
) -> None:
    visitor = visit(javascript=False, user=office.vanphong)
    for path in pages(office):
        page = visitor.open(path)
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").inner_text().strip(), path


def test_without_javascript_filters_and_pages_work(visit: Callable, office: SimpleNamespace) -> None:
    visitor = visit(javascript=False, user=office.vanphong)
    page = visitor.open("/nhiem-vu/")
    field = page.locator("main input[name=q]").first
    field.fill("du lieu")
    field.press("Enter")
    assert "q=" in page.url
    assert 0 < int(page.locator("[data-total]").get_attribute("data-total") or 0) < 53
