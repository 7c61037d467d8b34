"""Entry pages: the rules of reporting and days off; periods and what units reported, to be read only."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import Truncator

from baocao import periods
from baocao.models import (
    Addressed,
    DayOff,
    Digest,
    Directive,
    Evidence,
    ExtensionRequest,
    IndicatorValue,
    Letterhead,
    Period,
    PeriodAct,
    ReportingRules,
    Review,
    ReviewAct,
    SealedFile,
    UnitReport,
    Update,
)
from baocao.models.period import usual_kinds
from chuongtrinh.admin_site import ReadOnlyInline, SignedAdmin, TrackedAdmin
from chuongtrinh.forms import EntryForm
from chuongtrinh.models import User
from chuongtrinh.scope import OwnRelatedFilter
from phancong.permissions import visible_reviews, visible_unit_reports


class RulesForm(EntryForm):
    kinds = forms.MultipleChoiceField(
        label="Các kỳ báo cáo",
        choices=[(str(kind), kind.label) for kind in periods.Kind],
        initial=usual_kinds,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chỉ những kỳ được chọn mới hiện ra để mở.",
        error_messages={"required": "Chọn ít nhất một kỳ báo cáo."},
    )

    class Meta:
        help_texts = {
            "cutoff_day": (
                "Từ 1 đến 28. Chốt ngày 14: tháng 6 tính từ ngày 15/5 đến hết ngày 14/6; "
                "quý, 6 tháng, 9 tháng, năm cũng theo ngày này (Nghị định 09/2019/NĐ-CP)."
            ),
            "cutoff_hour": "Giờ cuối cùng để gửi, trong ngày cuối cùng. Ví dụ 17 là 17 giờ 00.",
            "submit_working_days": (
                "0: gửi ngay trong ngày chốt (nếu là ngày nghỉ thì ngày làm việc kế tiếp). "
                "2: hai ngày làm việc sau ngày chốt. Ngày lễ và ngày nghỉ đã ghi thì không tính."
            ),
            "soon_days": "Từ 0 đến 60. 7: việc còn từ 7 ngày trở xuống là “sắp đến hạn”, ở mọi trang và tệp.",
            "office_extends": (
                "Chọn thì văn phòng được trả lời đề nghị gia hạn; không chọn thì chỉ lãnh đạo."
            ),
        }


@admin.register(ReportingRules)
class ReportingRulesAdmin(TrackedAdmin):
    index_help = "Báo cáo những kỳ nào, chốt ngày nào, gửi chậm nhất khi nào."
    form = RulesForm
    related = ("committee",)
    list_display = ("__str__", "kinds_label", "cutoff_day", "cutoff_hour", "submit_working_days", "soon_days")
    fieldsets = (
        (
            None,
            {
                "fields": ("kinds", ("cutoff_day", "cutoff_hour"), "submit_working_days"),
                "description": "Áp dụng cho kỳ mở từ nay về sau: kỳ đã mở giữ nguyên ngày của nó.",
            },
        ),
        ("Sắp đến hạn", {"fields": ("soon_days",)}),
        ("Gia hạn", {"fields": ("office_extends",)}),
    )

    @admin.display(description="các kỳ báo cáo")
    def kinds_label(self, row: ReportingRules) -> str:
        return ", ".join(kind.label for kind in periods.Kind if str(kind) in row.kinds)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A committee has one set of rules; until it is written, the defaults hold. Asked of the database on
        their own pages alone: every entry page asks what may be added where."""
        here = getattr(request, "path", "").startswith(reverse("admin:baocao_reportingrules_changelist"))
        if not here or not self._may_enter(request):
            return False
        known, user = vars(request), cast(User, request.user)
        if "has_rules" not in known:
            known["has_rules"] = ReportingRules.objects.filter(committee=user.committee_id).exists()
        return not known["has_rules"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DayOffForm(EntryForm):
    class Meta:
        help_texts = {
            "day": "Ngày lễ theo luật đã có sẵn: chỉ ghi ngày nghỉ riêng, ngày hoán đổi.",
            "name": "Ví dụ: Nghỉ hoán đổi dịp 30/4; Làm bù cho ngày 02/5.",
            "worked": "Chọn khi thứ Bảy, Chủ nhật hoặc ngày lễ này vẫn làm việc.",
        }


@admin.register(DayOff)
class DayOffAdmin(TrackedAdmin):
    index_help = "Ngày nghỉ riêng và ngày làm bù, ngoài ngày lễ theo luật: dùng để tính hạn gửi."
    form = DayOffForm
    related = ("committee",)
    list_display = ("day", "name", "worked")
    list_filter = ("worked",)
    search_fields = ("name",)
    fieldsets = ((None, {"fields": ("day", "name", "worked")}),)


class ActsInline(ReadOnlyInline):
    model = PeriodAct
    related = ("by",)
    fields = ("act", "by", "recorded_at", "reason")
    readonly_fields = fields
    verbose_name_plural = "đã mở, khóa, mở lại"
    show_change_link = False


@admin.register(Period)
class PeriodAdmin(SignedAdmin):
    index_help = "Các kỳ đã mở và ai đã mở, khóa. Chỉ để xem: mở, khóa ở trang Kỳ báo cáo."
    committee_path = "programme__committee"
    related = ("programme",)
    list_display = ("label", "start", "end", "submit_by", "state")
    list_filter = ("kind", "state", ("programme", OwnRelatedFilter))
    search_fields = ("label", "key")
    fields = ("programme", "kind", "label", "key", ("start", "end"), "submit_by", "state")
    inlines = (ActsInline,)


class EvidenceInline(ReadOnlyInline):
    model = Evidence
    related = ("added_by",)
    fields = ("what", "added_by", "added_at")
    readonly_fields = fields
    show_change_link = False

    @admin.display(description="tệp hoặc văn bản")
    def what(self, row: Evidence) -> str:
        if row.name:
            return f"{row.name} ({filesizeformat(row.size)})"
        day = f", ngày {row.issued_on:%d/%m/%Y}" if row.issued_on else ""
        return f"Văn bản {row.number}{day}{f', {row.issuer}' if row.issuer else ''}"


@admin.register(Update)
class UpdateAdmin(SignedAdmin):
    index_help = "Mọi cập nhật các đơn vị đã gửi, kể cả bị trả lại, thu hồi. Chỉ để xem."
    committee_path = "task__programme__committee"
    related = ("task", "period", "unit", "author", "settled_by", "replaces__task", "replaces__period")
    list_display = ("task", "period", "unit", "percent", "verdict", "state", "recorded_at")
    list_filter = ("state", ("period", OwnRelatedFilter), ("unit", OwnRelatedFilter), "claims_completion")
    search_fields = ("task__code", "task__title", "content")
    fieldsets = (
        (
            None,
            {"fields": ("task", "period", "unit", ("author", "by_office"), "recorded_at", "effective_on")},
        ),
        (
            "Nội dung",
            {
                "fields": (
                    "content", ("percent", "verdict"), "reason", "product", "difficulties", "requests",
                    ("no_change", "claims_completion"),
                )
            },
        ),
        ("Giải quyết", {"fields": ("state", "settled_at", "settled_by", "return_reason", "replaces")}),
    )  # fmt: skip
    inlines = (EvidenceInline,)


class AddressedInline(ReadOnlyInline):
    model = Addressed
    related = ("unit", "task")
    fields = ("unit", "task")
    readonly_fields = fields
    show_change_link = False


@admin.register(Directive)
class DirectiveAdmin(SignedAdmin):
    index_help = (
        "Ý kiến chỉ đạo, đôn đốc đã gửi, kể cả đã rút. Chỉ để xem: gửi, trả lời ở trang Ý kiến chỉ đạo."
    )
    committee_path = "programme__committee"
    related = ("programme", "given_by", "withdrawn_by")
    list_display = ("kind", "text_short", "given_by", "given_on", "answer_by", "withdrawn_at")
    list_filter = ("kind", ("programme", OwnRelatedFilter))
    search_fields = ("text", "document")
    fields = (
        "programme", "kind", "text", "document", ("given_by", "given_on"), "answer_by", "recorded_at",
        ("withdrawn_by", "withdrawn_at"), "withdrawn_because",
    )  # fmt: skip
    inlines = (AddressedInline,)

    @admin.display(description="nội dung")
    def text_short(self, row: Directive) -> str:
        return Truncator(row.text).chars(100)


@admin.register(IndicatorValue)
class IndicatorValueAdmin(SignedAdmin):
    index_help = "Mọi số liệu chỉ tiêu đã gửi, kể cả bị trả lại, bị thay. Chỉ để xem: nhập ở trang Chỉ tiêu."
    committee_path = "indicator__programme__committee"
    related = ("indicator", "unit", "author", "settled_by", "replaces__indicator")
    list_display = ("indicator", "on", "value", "unit", "state", "recorded_at")
    list_filter = ("state", ("indicator", OwnRelatedFilter), ("unit", OwnRelatedFilter))
    search_fields = ("indicator__code", "indicator__name", "source")
    fields = (
        "indicator", ("on", "value"), "source", ("unit", "author", "by_office"), "recorded_at",
        "state", ("settled_by", "settled_at"), "return_reason", "replaces",
    )  # fmt: skip


@admin.register(UnitReport)
class UnitReportAdmin(SignedAdmin):
    index_help = "Báo cáo chung của từng đơn vị cho mỗi kỳ. Chỉ để xem: xác nhận, trả lại ở trang Kỳ báo cáo."
    committee_path = "period__programme__committee"
    related = ("period", "unit")
    list_display = ("unit", "period", "state", "submitted_at")
    list_filter = ("state", ("period", OwnRelatedFilter), ("unit", OwnRelatedFilter))
    search_fields = ("unit__name", "period__label", "results")
    fieldsets = (
        (None, {"fields": ("unit", "period", ("state", "submitted_at"), "return_reason")}),
        ("Nội dung", {"fields": ("results", "shortcomings", "causes", "next_period", "requests")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """What a unit is still writing is its own, here too."""
        return super().get_queryset(request).filter(pk__in=visible_unit_reports(request.user).values("pk"))


class ReviewActsInline(ReadOnlyInline):
    model = ReviewAct
    related = ("by", "review__period")
    fields = ("act", "by", "recorded_at", "reason", "sha256")
    readonly_fields = fields
    verbose_name_plural = "các bước đã làm"
    show_change_link = False


class SealedFilesInline(ReadOnlyInline):
    model = SealedFile
    related = ("review__period",)
    fields = ("format", "size", "sha256", "made_with")
    readonly_fields = fields
    show_change_link = False


@admin.register(Review)
class ReviewAdmin(SignedAdmin):
    index_help = "Mọi bản của báo cáo, kể cả đã được thay thế. Chỉ để xem: lập, trình, duyệt ở trang Báo cáo."
    committee_path = "committee"
    related = ("programme", "period", "replaces__period", "issued_by")
    list_display = ("period", "edition", "state", "number", "symbol", "issued_on", "issued_by")
    list_filter = ("state", ("programme", OwnRelatedFilter))
    search_fields = ("period__label", "subject", "sha256")
    fields = (
        "programme", "period", ("edition", "replaces"), "because", "state", "subject",
        ("as_of", "known_at", "rules"), ("number", "symbol", "issued_on"), ("issued_by", "issued_at"),
        "sha256",
    )  # fmt: skip
    inlines = (ReviewActsInline, SealedFilesInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """A draft is the office's and the leaders', here too."""
        rows = super().get_queryset(request).defer("sealed", "annexes", "figures", "missing")
        return rows.filter(pk__in=visible_reviews(request.user).order_by().values("pk"))


@admin.register(Letterhead)
class LetterheadAdmin(SignedAdmin):
    index_help = "Thể thức chung của báo cáo và ai đã sửa. Chỉ để xem: sửa ở trang Báo cáo, mục Thể thức."
    committee_path = "committee"
    related = ("committee",)
    list_display = ("issuer", "symbol", "next_number", "place", "signatory_post", "signatory")
    fields = (
        ("parent", "issuer"), ("symbol", "next_number", "spelling"), "place",
        ("signed_for", "signatory_post", "signatory"), "recipients",
    )  # fmt: skip


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(SignedAdmin):
    index_help = "Đề nghị gia hạn và trả lời. Chỉ để xem: trả lời ở trang Gia hạn."
    committee_path = "task__programme__committee"
    related = ("task", "unit", "asked_by", "decided_by", "decision")
    list_display = ("task", "unit", "due_before", "due_asked", "state", "asked_at")
    list_filter = ("state", ("unit", OwnRelatedFilter))
    search_fields = ("task__code", "task__title", "reason")
    fieldsets = (
        (None, {"fields": ("task", "unit", ("due_before", "due_asked"), "reason", ("asked_by", "asked_at"))}),
        ("Trả lời", {"fields": ("state", ("decided_by", "decided_at"), "answer", "decision")}),
    )


@admin.register(Digest)
class DigestAdmin(SignedAdmin):
    """Whether reminders go out is the administrator's to see; what they say is for whom they were written."""

    index_help = "Thư nhắc việc đã lập, đã gửi hay chưa. Nội dung thư chỉ người nhận đọc."
    committee_path = "user__committee"
    related = ("user",)
    list_display = ("user", "day", "address", "made_at", "sent_at")
    search_fields = ("user__username", "user__full_name", "address")
    fields = ("user", "day", "address", "subject", ("made_at", "sent_at"))
