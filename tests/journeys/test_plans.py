"""IV.1, played through: units plan from the programme, a plan is returned and mended, all are given, and next
year is rolled over."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from chuongtrinh.models import User
from phancong.models import Assignment, Comrade, Plan, Post
from tests.factories.people import UserFactory

YEAR = min(date.today().year, 2029)  # the server runs by the real clock; the term ends in 2030


@pytest.fixture
def units(office: SimpleNamespace) -> SimpleNamespace:
    """Two leading units with a head on record and an account each; who directs is named by the post."""
    committee = office.vanphong.committee
    leads = Assignment.objects.filter(programme__committee=committee, principal=True, section__isnull=False)
    found = {}
    for number in ("II.3.2", "II.3.3"):
        unit = leads.get(section__number=number).unit
        head = Comrade.objects.create(committee=committee, name=f"Trưởng {unit.name}")
        Post.objects.create(comrade=head, unit=unit, title="Trưởng phòng", is_head=True)
        found[number] = unit
    second = UserFactory(
        username="truongdonvi2", role=User.Role.HEAD, committee=committee, unit=found["II.3.3"]
    )
    chief = Comrade.objects.create(committee=committee, name="Chủ tịch UBND xã")
    return SimpleNamespace(
        economy=found["II.3.2"], culture=found["II.3.3"], culture_head=second, chief=chief, **vars(office)
    )


def write(page: Page, task: str, title: str, product: str, due: str, chief: Comrade) -> None:
    """Add one item from the plan's own page, by its labels."""
    base = page.url.split("?")[0].split("#")[0]
    page.goto(f"{base}them/?viec={task}")
    page.get_by_label("Việc phải làm").fill(title)
    page.get_by_label("Sản phẩm").fill(product)
    page.get_by_label("Thời hạn").fill(due)
    page.get_by_label("Thẩm quyền ký, duyệt").fill("Chủ tịch UBND xã")
    page.get_by_label("Đồng chí chỉ đạo").select_option(str(chief.pk))
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(lambda url: url.split("?")[0].split("#")[0] == base)


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def state(unit) -> str:
    return Plan.objects.get(unit=unit, year=YEAR).state


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_year_is_planned_returned_mended_approved_given_and_rolled_over(
    visit: Callable, units: SimpleNamespace, javascript: bool
) -> None:
    economy, culture = f"/ke-hoach/{YEAR}/{units.economy.short_name}/", f"/ke-hoach/{YEAR}/VHXH/"

    # The two heads plan, one at a desk and one on a phone.
    head = visit(user=units.truongdonvi, javascript=javascript)
    page = head.open(economy)
    press(page, f"Lập kế hoạch năm {YEAR}")
    write(page, "II.3.2-01", "Lập nhiệm vụ quy hoạch", "Nhiệm vụ được duyệt", f"30/11/{YEAR}", units.chief)
    write(page, "DA-01", "Trình chủ trương đầu tư", "Nghị quyết của HĐND", f"20/12/{YEAR}", units.chief)
    press(page, "Trình cả kế hoạch")
    other = visit(user=units.culture_head, width=390, height=844, javascript=javascript)
    phone = other.open(culture)
    press(phone, f"Lập kế hoạch năm {YEAR}")
    write(phone, "II.3.3-01", "Kiểm kê di tích", "", f"15/12/{YEAR}", units.chief)
    assert other.overflow() == 0
    press(phone, "Trình cả kế hoạch")
    assert state(units.economy) == state(units.culture) == Plan.State.SUBMITTED

    # The secretary approves what is whole and returns what is not.
    leader = visit(user=units.bithu, javascript=javascript)
    desk = leader.open(economy)
    press(desk, "Duyệt cả kế hoạch")
    leader.open(culture)
    press(desk, "Duyệt cả kế hoạch")
    expect(desk.locator("main")).to_contain_text("6 rõ")
    assert state(units.culture) == Plan.State.SUBMITTED
    desk.get_by_text("Trả lại đơn vị…").click()
    desk.get_by_label("Lý do").fill("Việc kiểm kê chưa nêu sản phẩm.")
    press(desk, "Trả lại kế hoạch")
    assert state(units.culture) == Plan.State.RETURNED

    # The head reads why, follows the link to what is missing, mends it and submits again.
    other.open(culture)
    expect(phone.locator("main")).to_contain_text("Việc kiểm kê chưa nêu sản phẩm.")
    phone.get_by_role("link", name="thiếu sản phẩm").first.click()
    phone.get_by_label("Sản phẩm").fill("Danh mục kiểm kê")
    phone.get_by_role("button", name="Lưu", exact=True).click()
    phone.wait_for_url(lambda url: url.split("?")[0].split("#")[0].endswith(culture))
    press(phone, "Trình cả kế hoạch")
    leader.open(culture)
    press(desk, "Duyệt cả kế hoạch")
    assert state(units.culture) == Plan.State.APPROVED

    # The office hands both out.
    clerk = visit(user=units.vanphong, javascript=javascript)
    for path in (economy, culture):
        form = clerk.open(path)
        form.get_by_label("văn bản").first.fill("05-KH/ĐUUB")
        press(form, "Giao kế hoạch")
    assert state(units.economy) == state(units.culture) == Plan.State.GIVEN

    # The living document says for the clause what is planned, by whom and until when.
    programme = units.vanphong.committee.programmes.get()
    reader = visit(user=units.nguoixem, javascript=javascript)
    document = reader.open(programme.get_absolute_url())
    planned = document.locator("main").get_by_text(f"Năm {YEAR}: 1 việc").first
    expect(planned).to_be_visible()
    expect(document.locator("main")).to_contain_text(f"30/11/{YEAR}")
    assert reader.violations() == [] if javascript else True

    # The export shows the items with all of the six.
    out = StringIO()
    call_command("export_programme", stdout=out)
    items = {t["code"]: t for t in json.loads(out.getvalue())["tasks"] if t["kind"] == "plan_item"}
    assert set(items) == {f"{YEAR}-PKT-01", f"{YEAR}-PKT-02", f"{YEAR}-VHXH-01"}
    assert all(all(item["six_clear"].values()) for item in items.values())
    assert {item["plan_state"] for item in items.values()} == {"given"}
    assert items[f"{YEAR}-VHXH-01"]["parent"] == "II.3.3-01"

    # Next year is rolled over by a person, item by item.
    later = f"/ke-hoach/{YEAR + 1}/{units.economy.short_name}/"
    head.open(later)
    press(page, f"Lập kế hoạch năm {YEAR + 1}")
    head.open(f"{later}chuyen-nam/")
    first, second = page.locator("fieldset").nth(0), page.locator("fieldset").nth(1)
    first.get_by_label(f"Đưa vào kế hoạch {YEAR + 1}").check()
    second.get_by_label("Không đưa", exact=True).check()
    press(page, "Ghi các việc đã chọn")
    head.open(later)
    expect(page.locator("main")).to_contain_text(f"tiếp từ {YEAR}-PKT-01")
    expect(page.locator("main")).not_to_contain_text("Trình chủ trương đầu tư")


def test_a_whole_item_takes_at_most_ten_keys_beyond_its_texts(
    visit: Callable, units: SimpleNamespace
) -> None:
    page = visit(user=units.truongdonvi).open(f"/ke-hoach/{YEAR}/{units.economy.short_name}/")
    press(page, f"Lập kế hoạch năm {YEAR}")
    page.goto(f"{page.url.split('#')[0]}them/?viec=II.3.2-01")
    keys = 0

    def key(name: str) -> None:
        nonlocal keys
        keys += 1
        page.keyboard.press(name)

    def reach(label: str) -> None:
        field = page.get_by_label(label)
        while not field.evaluate("node => node === document.activeElement"):
            assert keys < 10, label
            key("Tab")

    reach("Việc phải làm")
    page.keyboard.type("Lập nhiệm vụ quy hoạch")
    reach("Sản phẩm")
    page.keyboard.type("Nhiệm vụ được duyệt")
    reach("Thời hạn")
    page.keyboard.type(f"30/11/{YEAR}")
    reach("Thẩm quyền ký, duyệt")
    page.keyboard.type("Chủ tịch UBND xã")
    reach("Đồng chí chỉ đạo")
    page.keyboard.type("Chủ tịch")  # a list answers to the first letters of a name
    with page.expect_navigation():
        key("Enter")
    assert keys <= 10
    expect(page.locator("main")).to_contain_text("Đủ 6 rõ")
