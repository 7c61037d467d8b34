"""Every address by every persona. An address that is not in these tables fails the build.

Within one committee: what one may not do is 403. Another committee's things are 404 to everyone.
Whoever is not signed in is sent to sign in. Who may is asked on SQLite alone; on PostgreSQL the journeys open
the pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlparse

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from baocao.evidence.store import keep
from baocao.models import (
    Addressed,
    Asked,
    DayOff,
    Digest,
    Directive,
    Evidence,
    ExtensionRequest,
    IndicatorValue,
    Period,
    ReportingRules,
    Review,
    ReviewAct,
    ReviewPart,
    SealedFile,
    UnitReport,
    Update,
)
from baocao.review import drafting, sealing
from chuongtrinh.models import Programme, UnplacedLine, User
from nhiemvu.models import (
    DeadlineProposal,
    Funding,
    Indicator,
    Milestone,
    ProjectProfile,
    RelatedWork,
    Risk,
    Task,
)
from nhiemvu.status import HANOI
from phancong import planning
from phancong.models import Comrade, Plan, Unit
from tests.commands import close_response
from tests.conftest import ROLES
from tests.factories.people import UnitFactory
from tests.factories.programmes import ProgrammeFactory, SectionFactory, TaskFactory
from tests.markup import inline_faults

ALL = tuple(ROLES)
ENTRY = ("quantri", "vanphong")
READERS = tuple(name for name in ROLES if name != "nguoixem")
"""Those who may read what is instructed."""
REPORTING = ("vanphong", "truongdonvi", "ubkt")


@dataclass(frozen=True)
class Page:
    """``ok``: what those who may get; ``elsewhere``: what another committee's office gets."""

    who: tuple[str, ...] = ALL
    ok: int | tuple[int, ...] = 200
    elsewhere: int = 200
    of: str = ""  # the kind of row whose address it is
    method: str = "get"
    public: bool = False
    queries: int = 12
    size: int = 100_000


SITE = {
    "trang-chu": Page(),
    "tong-quan": Page(),
    "so-sanh": Page(),
    "chi-dao": Page(who=READERS),
    "chi-dao-moi": Page(who=("vanphong", "bithu", "phobithu", "uyvien")),
    "chi-dao-chi-tiet": Page(of="directive", ok=(200, 404), elsewhere=404),
    "phu-trach": Page(who=("bithu", "phobithu", "uyvien"), elsewhere=403),
    "van-ban": Page(ok=(200, 302), elsewhere=302),
    "van-ban-chi-tiet": Page(of="programme", elsewhere=404),
    "nhiem-vu": Page(),
    "nhiem-vu-chi-tiet": Page(of="task", elsewhere=404),
    "cach-tinh": Page(of="task", elsewhere=404),
    # II.3.2-02 is the same work as DA-01: whoever decides is sent there.
    "quyet-dinh": Page(of="task", ok=302, who=("vanphong", "bithu", "phobithu"), elsewhere=404),
    "gia-han": Page(of="task", elsewhere=404),
    "gia-han-danh-sach": Page(),
    "thoi-han-van-ban": Page(of="proposal", who=ENTRY, ok=302, elsewhere=404, method="post"),
    "de-an": Page(),
    "de-an-chi-tiet": Page(of="project", elsewhere=404),
    "de-an-nhap": Page(of="project", who=("vanphong", "truongdonvi"), elsewhere=404),
    "de-an-sua": Page(of="milestone", who=("vanphong", "truongdonvi"), elsewhere=404),
    "chi-tieu": Page(),
    "chi-tieu-chi-tiet": Page(of="indicator", elsewhere=404),
    "don-vi": Page(),
    "nhat-ky": Page(who=(*ENTRY, "ubkt")),
    "don-vi-chi-tiet": Page(of="unit", elsewhere=404),
    "dong-chi-chi-tiet": Page(of="comrade", elsewhere=404),
    "ke-hoach": Page(ok=302, elsewhere=302),
    "ke-hoach-nam": Page(of="year"),
    "ke-hoach-chuyen-nam": Page(of="plan", who=("vanphong", "truongdonvi"), elsewhere=404),
    "ke-hoach-don-vi": Page(of="plan", elsewhere=404),
    "ke-hoach-them": Page(
        of="plan", who=("vanphong", "bithu", "phobithu", "truongdonvi"), ok=(200, 302), elsewhere=404
    ),
    "ke-hoach-viec": Page(of="item", who=("vanphong", "truongdonvi"), ok=302, elsewhere=404),
    "ke-hoach-viec-lam": Page(
        of="item", who=("vanphong", "truongdonvi"), ok=302, elsewhere=404, method="post"
    ),
    "ke-hoach-buoc": Page(
        of="plan", who=("vanphong", "bithu", "phobithu"), ok=422, elsewhere=404, method="post"
    ),
    "ke-hoach-xlsx": Page(of="plan", elsewhere=404, queries=16),
    "ke-hoach-nhap": Page(of="plan", who=("vanphong", "truongdonvi"), elsewhere=404),
    "minh-chung": Page(of="evidence", elsewhere=404),
    "sau-ro": Page(),
    "ky-bao-cao": Page(),
    "ky-bao-cao-chi-tiet": Page(of="period", elsewhere=404),
    "ky-bao-cao-buoc": Page(of="period", who=("vanphong",), ok=302, elsewhere=404, method="post", queries=20),
    "cap-nhat-quyet": Page(of="period", who=("vanphong",), ok=302, elsewhere=404, method="post"),
    "bao-cao-don-vi-quyet": Page(
        of="report", who=("vanphong",), ok=302, elsewhere=404, method="post", queries=16
    ),
    "viec-chung": Page(of="shares", elsewhere=404),
    # An issued report; drafts, and who reads them, are in tests/baocao/review/test_review_pages.py.
    "bao-cao": Page(),
    "bao-cao-moi": Page(who=("vanphong",)),
    "bao-cao-the-thuc-chung": Page(who=("quantri",), elsewhere=403),
    "bao-cao-chi-tiet": Page(of="review", elsewhere=404),
    "bao-cao-tep": Page(of="review", elsewhere=404),
    "bao-cao-in": Page(of="review", elsewhere=404),
    "bao-cao-kiem-tra": Page(of="review", elsewhere=404, queries=20),
    "bao-cao-phan": Page(of="review", who=("vanphong",), ok=302, elsewhere=404),
    "bao-cao-the-thuc": Page(of="review", who=("vanphong",), ok=302, elsewhere=404),
    "bao-cao-ban-hanh": Page(of="review", who=("bithu", "phobithu"), ok=302, elsewhere=404),
    "bao-cao-buoc": Page(of="review", who=("vanphong",), ok=302, elsewhere=404, method="post"),
    # What a unit submitted and the office has not confirmed: those who judge and oversee read it.
    "bao-cao-don-vi": Page(of="report", ok=(200, 404), elsewhere=404),
    "nhac-viec": Page(),
    "lich-rieng-dia-chi": Page(ok=302, elsewhere=302, method="post"),
    "viec-cua-toi": Page(who=REPORTING),
    "viec-cua-toi-luu": Page(who=REPORTING, ok=(302, 403), elsewhere=404, method="post"),
    "viec-cua-toi-gui": Page(who=REPORTING, ok=(302, 403), elsewhere=404, method="post", queries=20),
    "thu-hoi": Page(of="update", who=("vanphong", "truongdonvi"), ok=302, elsewhere=404, method="post"),
    "doi-mat-khau": Page(),
    "dang-xuat": Page(ok=302, elsewhere=302, method="post"),
    "dang-nhap": Page(public=True),
    "healthz": Page(public=True),
    "admin:index": Page(who=ENTRY, queries=15),
    "admin:jsi18n": Page(who=ENTRY, queries=15),
    "admin:password_change": Page(who=ENTRY, ok=302, elsewhere=302),
    "admin:password_change_done": Page(who=ENTRY, queries=15),
    "admin:logout": Page(who=ENTRY, ok=302, elsewhere=302, method="post"),
}
ACT_OF = {
    "de-an-nhap": ["moc"],
    "ke-hoach-viec-lam": ["copy"],
    "ke-hoach-buoc": ["return"],
    "ky-bao-cao-buoc": ["ask"],
    "cap-nhat-quyet": ["confirm"],
    "bao-cao-don-vi-quyet": ["confirm"],
    "lich-rieng-dia-chi": ["thu-hoi"],
    "bao-cao-buoc": ["submit"],
    "bao-cao-phan": ["I"],
    "bao-cao-tep": ["docx"],
}
"""What is asked for at an address that names an act."""
WRITING = [name for name, page in SITE.items() if page.method == "post" and not name.startswith("admin:")]
# Addresses that are tested by name below or where they belong.
LEADING = {"admin:login", "admin:autocomplete", "admin:app_list", "lich-rieng"}
# The entry pages' two addresses without a name: whatever else is asked for, and a row's old address.
UNNAMED = {"admin:(?P<url>.*)$", "admin:<path:object_id>/"}

FULL = frozenset({"changelist", "add", "change", "delete", "history"})
ROWS = FULL - {"add", "delete"}
ACTIONS = {
    "chuongtrinh_programme": (ENTRY, ROWS),
    "chuongtrinh_section": (ENTRY, ROWS),
    "chuongtrinh_clause": (ENTRY, ROWS),
    "chuongtrinh_correction": (ENTRY, ROWS),
    "chuongtrinh_citeddocument": (ENTRY, ROWS),
    "chuongtrinh_unplacedline": (ENTRY, ROWS),
    "chuongtrinh_committee": (("quantri",), ROWS),
    "chuongtrinh_user": (("quantri",), FULL - {"delete"}),
    "nhiemvu_task": (ENTRY, FULL - {"delete"}),  # what was signed stays; plan items are made elsewhere
    "nhiemvu_indicator": (ENTRY, FULL),
    "nhiemvu_relatedwork": (ENTRY, FULL),
    "nhiemvu_milestone": (ENTRY, FULL),
    "nhiemvu_funding": (ENTRY, FULL),
    "nhiemvu_risk": (ENTRY, FULL),
    "nhiemvu_projectprofile": (ENTRY, FULL),
    "phancong_assignment": (ENTRY, FULL - {"delete"}),  # what was signed ends by a date
    "phancong_unit": (ENTRY, FULL),
    "phancong_comrade": (ENTRY, FULL),
    "phancong_post": (ENTRY, FULL),
    "phancong_group": (ENTRY, FULL),
    "phancong_oversight": (ENTRY, FULL),
    "baocao_reportingrules": (ENTRY, ROWS),  # a committee that has its rules adds no others
    "baocao_dayoff": (ENTRY, FULL),
    "baocao_period": (ENTRY, ROWS),
    "baocao_update": (ENTRY, ROWS),
    "baocao_directive": (ENTRY, ROWS),
    "baocao_indicatorvalue": (ENTRY, ROWS),
    "baocao_unitreport": (ENTRY, ROWS),
    "baocao_extensionrequest": (ENTRY, ROWS),
    "baocao_digest": (ENTRY, ROWS),
    "baocao_review": (ENTRY, ROWS),
    "baocao_letterhead": (ENTRY, ROWS),
}
"""For each list of the entry pages: who may open it, and what can be done there at all."""


def addresses(patterns: list, namespace: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from addresses(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            yield f"{namespace}{one.name or one.pattern}"


def test_every_address_is_in_the_table() -> None:
    entry = {f"admin:{name}_{action}" for name in ACTIONS for action in FULL}
    assert set(addresses(get_resolver().url_patterns)) == {*SITE, *LEADING, *UNNAMED, *entry}


# --- what a page is checked for -------------------------------------------------------------------------


def check_headers(response: HttpResponse) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def ask(client: Client, url: str, page: Page, expected: int | tuple[int, ...], who: str) -> None:
    wanted = expected if isinstance(expected, tuple) else (expected,)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = getattr(client, page.method)(url)
    close_response(response)
    assert response.status_code in wanted, f"{who} {page.method} {url}: {response.status_code}"
    check_headers(response)
    if page.method == "get" and response.headers["Content-Type"].startswith("text/html"):
        body = response.content.decode()
        assert inline_faults(body) == [], f"{who} {url}"
        assert len(response.content) <= page.size, f"{url}: {len(response.content)} bytes"
    count = len(queries)
    assert count <= page.queries, f"{who} {url}: {count} queries\n" + "\n".join(
        query["sql"][:150] for query in queries.captured_queries
    )


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent_to_sign_in(url: str, method: str) -> None:
    """The entry pages lead there through their own sign-in address."""
    response = getattr(Client(), method)(url, follow=True)
    assert response.status_code == 200, url
    assert response.redirect_chain, url
    last, _ = response.redirect_chain[-1]
    assert urlparse(last).path == reverse("dang-nhap"), url
    assert parse_qs(urlparse(last).query)["next"] == [url]
    check_headers(response)


# --- the site -------------------------------------------------------------------------------------------


@pytest.fixture
def rows(programme: Programme, personas: SimpleNamespace, settings: Any, tmp_path: Path) -> dict[str, Model]:
    """One row of each kind that has an address, all of the programme's committee."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    tasks = Task.objects.filter(programme=programme)
    reports = reported(programme, personas.truongdonvi)
    proof = confirmed_proof(programme, personas.truongdonvi, settings.EVIDENCE_DIR)
    return {
        "programme": programme,
        "task": tasks.get(code="II.3.2-02"),
        "proposal": DeadlineProposal.objects.create(
            task=tasks[0], as_written="trong năm 2027", due=date(2027, 12, 31)
        ),
        "unit": personas.truongdonvi.unit,
        "comrade": personas.uyvien.comrade,
        "plan": given_plan(programme, personas.truongdonvi),
        **reports,
        "evidence": proof,
        "directive": directed(programme, personas),
        **of_projects(programme, personas.truongdonvi),
        "review": issued(programme, personas, settings.EVIDENCE_DIR),
        "update": cast(Update, proof.update),
    }


def issued(programme: Programme, personas: SimpleNamespace, kept_in: Path) -> Review:
    """A report of one part, sealed, with one of its files."""
    now, day = timezone.now(), date(2026, 11, 20)
    row = Review.objects.create(
        programme=programme, committee=programme.committee, period=programme.periods.get(key="2026-12"),
        as_of=day, known_at=now, rules="1", subject="Kết quả", signed_for="T/M ĐẢNG ỦY",
        signatory_post="BÍ THƯ", signatory="Người Ký Mẫu", recipients="Lưu",
    )  # fmt: skip
    said = {"kind": "paragraph", "sentences": [{"text": "Đã họp.", "sources": []}]}
    ReviewPart.objects.create(review=row, key="I", ordinal=1, level=1, heading="I- CHỈ ĐẠO", composed=[said])
    frozen = sealing.freeze(row, number=1, issued_on=day)
    sha256, size = keep(BytesIO(b"PK"), kept_in)
    SealedFile.objects.create(review=row, format="docx", sha256=sha256, size=size, made_with="thử")
    ReviewAct.objects.create(review=row, act="draft", by=personas.vanphong)
    ReviewAct.objects.create(review=row, act="submit", by=personas.vanphong)
    ReviewAct.objects.create(review=row, act="issue", by=personas.bithu, sha256=frozen.digest)
    row.state, row.number, row.symbol, row.issued_on = Review.State.ISSUED, 1, frozen.symbol, day
    row.issued_at, row.issued_by = now, personas.bithu
    row.sealed, row.sha256 = frozen.to_bytes().decode(), frozen.digest
    row.save()
    return row


def confirmed_proof(programme: Programme, head: User, kept_in: Path) -> Evidence:
    """A file that proves what the office has confirmed: everyone of the committee may have it."""
    update = Update.objects.create(
        task=Task.objects.get(programme=programme, code="DA-01"),
        period=programme.periods.all()[0],
        unit=head.unit,
        author=head,
        content="Đã họp",
        effective_on=date(2026, 11, 20),
        state=Update.State.CONFIRMED,
        settled_at=timezone.now(),
        settled_by=head,
    )
    sha256, size = keep(BytesIO(b"%PDF-1.4"), kept_in)
    return Evidence.objects.create(
        update=update, sha256=sha256, size=size, name="a.pdf", media_type="application/pdf", added_by=head
    )


def directed(programme: Programme, personas: SimpleNamespace) -> Directive:
    """A directive to the head's unit, on a row of work."""
    row = Directive.objects.create(
        programme=programme, kind="instruction", text="Báo cáo tiến độ", given_by=personas.bithu,
        given_on=date(2026, 11, 20), answer_by=date(2026, 11, 27),
    )  # fmt: skip
    task = Task.objects.get(programme=programme, code="DA-01")
    Addressed.objects.create(directive=row, unit=personas.truongdonvi.unit, task=task)
    return row


def of_projects(programme: Programme, head: User) -> dict[str, Model]:
    """A project with a row of each kind, and an indicator with a value."""
    project = Task.objects.get(programme=programme, code="DA-01")
    indicator = Indicator.objects.filter(programme=programme).first()
    assert indicator is not None
    assert head.unit is not None
    Funding.objects.create(task=project, source="Ngân sách xã", planned=900)
    Risk.objects.create(task=project, text="Mặt bằng", raised_on=date(2026, 11, 1))
    ProjectProfile.objects.create(task=project, location="Thôn Hàm Hy")
    IndicatorValue.objects.create(
        indicator=indicator, on=date(2026, 9, 30), value=13, source="Báo cáo", unit=head.unit, author=head
    )
    day = date(2027, 3, 31)
    milestone = Milestone.objects.create(task=project, title="Khởi công", planned_on=day, due=day)
    return {"project": project, "indicator": indicator, "milestone": milestone}


def reported(programme: Programme, head: User) -> dict[str, Model]:
    """An open period, with a unit's words that wait for the office."""
    assert head.unit is not None
    period = period_of(programme)
    report = UnitReport.objects.create(period=period, unit=head.unit, results="Đủ", state="submitted")
    task = Task.objects.get(programme=programme, code="II.1-01")
    shares = Asked.objects.create(
        period=period, task=task, unit=head.unit, share=True, asked_on=date(2026, 11, 15)
    )
    return {"period": period, "report": report, "shares": shares}


def period_of(programme: Programme) -> Period:
    return Period.objects.create(
        programme=programme,
        kind="month",
        key="2026-12",
        label="Tháng 12/2026",
        start=date(2026, 11, 15),
        end=date(2026, 12, 14),
        submit_by=datetime(2026, 12, 14, 17, tzinfo=HANOI),
    )


def given_plan(programme: Programme, head: User) -> Plan:
    """A plan that everyone may read: whoever may not do something with it gets 403, not 404."""
    parent = Task.objects.get(programme=programme, code="II.3.2-02").mirrors
    assert parent is not None
    assert head.unit is not None
    return plan_of(head.unit, parent, head)


def plan_of(unit: Unit, parent: Task, by: User) -> Plan:
    plan = Plan.objects.create(programme=parent.programme, unit=unit, year=2027)
    planning.add_item(plan, by, planning.ItemData(parent=parent, title="Mở thầu"))
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.GIVEN)
    plan.entries.update(given_on=date(2026, 11, 1), given_at=timezone.now())
    return Plan.objects.get(pk=plan.pk)


def address(name: str, page: Page, rows: dict[str, Model]) -> str:
    if not page.of:
        return reverse(name, args=ACT_OF.get(name, []))
    if page.of == "year":
        return reverse(name, args=[2027])
    row = rows["plan" if page.of == "item" else page.of]
    if isinstance(row, Period):
        return reverse(name, args=[row.key, *ACT_OF.get(name, [])])
    if isinstance(row, UnitReport):
        return reverse(name, args=[row.period.key, row.unit.short_name, *ACT_OF.get(name, [])])
    if isinstance(row, Asked):
        return reverse(name, args=[row.period.key, row.task.code])
    if isinstance(row, Plan) and page.of == "item":
        code = row.entries.select_related("task").get().task.code
        return reverse(name, args=[row.year, row.unit.short_name, code, *ACT_OF.get(name, [])])
    if isinstance(row, Plan) and name in ACT_OF:
        return reverse(name, args=[row.year, row.unit.short_name, *ACT_OF[name]])
    if isinstance(row, Plan):
        return reverse(name, args=[row.year, row.unit.short_name])
    if isinstance(row, Milestone):
        return reverse(name, args=[row.task.code, "moc", row.pk])
    if isinstance(row, Task | Indicator):
        return reverse(name, args=[row.code, *ACT_OF.get(name, [])])
    return reverse(name, args=[row.pk, *(ACT_OF.get(name, []) if isinstance(row, Review) else [])])


@pytest.fixture
def neighbour(rows: dict[str, Model], personas: SimpleNamespace) -> SimpleNamespace:
    """Another committee with a programme of its own: what it does not find, the guards withheld."""
    programme = ProgrammeFactory(committee=personas.ngoai.committee)
    return SimpleNamespace(section=SectionFactory(programme=programme, number="II.3.2"))


@pytest.mark.one_database
@pytest.mark.parametrize("name", [name for name, page in SITE.items() if not page.public])
@pytest.mark.usefixtures("neighbour")
def test_page_by_persona(name: str, rows: dict[str, Model], personas: SimpleNamespace) -> None:
    page = SITE[name]
    url = address(name, page, rows)
    sent_to_sign_in(url, page.method)
    for who in ALL:
        if who not in page.who:
            ask(signed_in(getattr(personas, who)), url, page, 403, who)
    ask(signed_in(personas.ngoai), url, page, page.elsewhere, "ngoai")
    for who in page.who:
        ask(signed_in(getattr(personas, who)), url, page, page.ok, who)


CODED = [
    name for name, page in SITE.items() if page.of in ("task", "plan", "item", "year", "period", "report")
]
"""The addresses that hold no key of a row but a code, which another committee may use as well."""


@pytest.mark.parametrize("name", CODED)
def test_the_same_codes_mean_each_committees_own_rows(
    name: str, rows: dict[str, Model], personas: SimpleNamespace, neighbour: SimpleNamespace
) -> None:
    short_name = personas.truongdonvi.unit.short_name
    unit = UnitFactory(committee=personas.ngoai.committee, short_name=short_name)
    own = TaskFactory(section=neighbour.section, code="II.3.2-02", title="Việc của xã bên")
    plan_of(unit, own, personas.ngoai)
    UnitReport.objects.create(period=period_of(own.programme), unit=unit, results="Đủ", state="submitted")
    page = SITE[name]
    url = address(name, page, rows)
    ours = Task.objects.filter(programme=rows["programme"])

    def kept() -> list:
        return [
            list(ours.order_by("pk").values()),
            Plan.objects.values().get(pk=rows["plan"].pk),
            UnitReport.objects.values().get(pk=rows["report"].pk),
        ]

    before = kept()
    client = signed_in(personas.ngoai)
    assert getattr(client, page.method)(f"{url}?ct={rows['programme'].pk}").status_code == 404
    response = getattr(client, page.method)(url, follow=True)
    assert response.status_code == (422 if page.ok == 422 else 200)
    if response.headers["Content-Type"].startswith("text/html"):
        body = unescape(response.content.decode())
        theirs = {name for name in names_of(rows["programme"]) if name not in str(personas.ngoai.committee)}
        assert not [text for text in theirs if text in body]
    assert kept() == before


def names_of(programme: Model) -> set[str]:
    """What a page of another committee must not show: its people, its units, its work."""
    assert isinstance(programme, Programme)
    return {
        programme.number,
        *Unit.objects.filter(committee=programme.committee).values_list("name", flat=True),
        *Comrade.objects.filter(committee=programme.committee).values_list("name", flat=True),
        *Task.objects.of_document().filter(programme=programme).values_list("title", flat=True),
    }


@pytest.mark.parametrize("name", [name for name, page in SITE.items() if page.public])
def test_public_page(name: str, db) -> None:
    ask(Client(), reverse(name), SITE[name], 200, "stranger")


def test_an_account_without_a_committee_sees_nothing(programme: Programme) -> None:
    from tests.factories.people import UserFactory

    client = signed_in(UserFactory(committee=None))
    assert client.get(reverse("van-ban-chi-tiet", args=[programme.pk])).status_code == 404
    assert client.get(reverse("admin:index")).status_code == 403


def test_a_superuser_flag_opens_nothing(programme: Programme) -> None:
    """What an account may do follows from its role alone."""
    from tests.factories.people import UserFactory

    client = signed_in(UserFactory(committee=programme.committee, is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:index")).status_code == 403


def test_a_disabled_account_is_signed_out(personas: SimpleNamespace) -> None:
    client = signed_in(personas.vanphong)
    personas.vanphong.is_active = False
    personas.vanphong.save()
    assert client.get("/").status_code == 302


def test_another_committees_programme_cannot_be_chosen(
    programme: Programme, personas: SimpleNamespace
) -> None:
    assert signed_in(personas.ngoai).get(reverse("nhiem-vu"), {"ct": programme.pk}).status_code == 404


@pytest.mark.parametrize("name", WRITING)
def test_reading_changes_nothing(name: str, rows: dict[str, Model], personas: SimpleNamespace) -> None:
    url = address(name, SITE[name], rows)
    # Whoever comes to sign out by a link is shown the button, or the page with it.
    wanted = {
        "dang-xuat": 200,
        "admin:logout": 302,
        "viec-cua-toi-luu": 302,
        "viec-cua-toi-gui": 302,
    }.get(name, 405)
    client = signed_in(personas.vanphong)
    assert client.get(url).status_code == wanted
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", WRITING)
def test_a_form_of_another_site_is_refused(
    name: str, rows: dict[str, Model], personas: SimpleNamespace
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(personas.vanphong)
    assert client.post(address(name, SITE[name], rows)).status_code == 403


# --- the entry pages ------------------------------------------------------------------------------------


def test_the_table_of_entry_pages_is_that_of_the_site() -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered == set(ACTIONS)


@pytest.fixture
def entry_row(rows: dict[str, Model], programme: Programme, personas: SimpleNamespace):
    tasks = Task.objects.filter(programme=programme).order_by("pk")
    RelatedWork.objects.get_or_create(first=tasks[0], second=tasks[1])
    UnplacedLine.objects.get_or_create(programme=programme, line=1, text="x", reason="chưa rõ")
    for committee in (programme.committee, personas.ngoai.committee):
        ReportingRules.objects.create(committee=committee)
    drafting.letterhead_of(programme).save()
    DayOff.objects.create(committee=programme.committee, day=date(2026, 5, 4), name="Hoán đổi")
    unit = personas.truongdonvi.unit
    head = personas.truongdonvi
    ExtensionRequest.objects.create(
        task=tasks[0], unit=unit, due_before=date(2026, 12, 1), due_asked=date(2026, 12, 31),
        reason="Chờ vốn", asked_by=head,
    )  # fmt: skip
    Digest.objects.create(user=head, day=date(2026, 11, 20), subject="Việc cần làm", body="1 việc")
    Update.objects.create(
        task=tasks[0], period=rows["period"], unit=unit, author=personas.truongdonvi,
        content="Đã họp", effective_on=date(2026, 11, 20),
    )  # fmt: skip

    def of(model: type[Model]) -> Model:
        owned = {"committee": {"pk": programme.committee_id}, "user": {"committee": programme.committee}}
        row = model._default_manager.filter(**owned.get(model._meta.model_name, {})).first()
        assert row is not None, model
        return row

    return of


@pytest.mark.one_database
@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label_lower)
def test_entry_pages_by_persona(model: type[Model], entry_row, personas: SimpleNamespace) -> None:
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    who_may, actions = ACTIONS[name]
    pk = entry_row(model).pk
    clients = {who: signed_in(getattr(personas, who)) for who in [*ALL, "ngoai"]}
    for action in sorted(FULL):
        # Before a deletion each table is asked whether something hangs on the row.
        page = Page(queries=20 if action == "delete" else 15, size=300_000)
        of_a_row = action in ("change", "delete", "history")
        url = reverse(f"admin:{name}_{action}", args=[pk] if of_a_row else [])
        sent_to_sign_in(url, "get")
        for who in ALL:
            allowed = who in who_may and action in actions
            ask(clients[who], url, page, 200 if allowed else 403, who)
        elsewhere = 404 if of_a_row else 200 if "vanphong" in who_may and action in actions else 403
        ask(clients["ngoai"], url, page, elsewhere, "ngoai")


def test_the_unnamed_addresses_only_lead_on(programme: Programme, personas: SimpleNamespace) -> None:
    client = signed_in(personas.vanphong)
    assert client.get("/quan-tri/khong/co/").status_code == 404
    unit = Unit.objects.filter(committee=programme.committee).first()
    assert unit is not None
    old = client.get(f"/quan-tri/phancong/unit/{unit.pk}/")
    assert old["Location"] == reverse("admin:phancong_unit_change", args=[unit.pk])


@pytest.mark.parametrize("room", ["chuongtrinh", "nhiemvu", "phancong", "baocao"])
def test_each_rooms_entry_page_by_persona(room: str, programme: Programme, personas: SimpleNamespace) -> None:
    url = reverse("admin:app_list", args=[room])
    sent_to_sign_in(url, "get")
    for who in ALL:
        ask(signed_in(getattr(personas, who)), url, Page(queries=15), 200 if who in ENTRY else 403, who)


def test_another_committee_finds_nothing_in_the_entry_pages(
    programme: Programme, personas: SimpleNamespace
) -> None:
    client = signed_in(personas.ngoai)
    assert Unit.objects.filter(committee=programme.committee).exists()
    assert Comrade.objects.filter(committee=programme.committee).exists()
    own_names = names_of(programme)
    for name, (who, _) in ACTIONS.items():
        if "vanphong" in who:
            body = client.get(reverse(f"admin:{name}_changelist")).content.decode()
            assert not [text for text in own_names if text in body], name
    for app, model, field in (
        ("phancong", "assignment", "unit"),
        ("phancong", "assignment", "comrade"),
        ("phancong", "assignment", "task"),
        ("phancong", "assignment", "section"),
    ):
        query = {"app_label": app, "model_name": model, "field_name": field}
        assert client.get(reverse("admin:autocomplete"), query).json()["results"] == []
