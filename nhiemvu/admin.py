"""Entry pages: tasks and projects, indicators, related work."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from chuongtrinh.admin_site import ReadOnlyInline, TrackedAdmin
from chuongtrinh.forms import EntryForm
from chuongtrinh.scope import OwnRelatedFilter
from chuongtrinh.vietnamese import format_number
from nhiemvu.models import (
    DeadlineProposal,
    Decision,
    Funding,
    Indicator,
    Milestone,
    ProjectProfile,
    RelatedWork,
    Risk,
    Task,
)
from nhiemvu.rules import code_fault, deadline_fault, year_fault
from phancong.admin import AssignmentsInline, check_no_circle
from phancong.answerable import Answerability
from phancong.permissions import visible_tasks


class TaskForm(EntryForm):
    class Meta:
        help_texts = {
            "code": (
                "Để trích dẫn, không dấu. Nhiệm vụ: bắt đầu bằng số mục, ví dụ II.3.2-02 là nhiệm vụ thứ hai "
                "của mục II.3.2. Đề án: bắt đầu bằng DA-, ví dụ DA-11."
            ),
            "kind": "Nhiệm vụ hoặc đề án của chương trình.",
            "ordinal": "Vị trí trong danh sách. Để trống thì xếp cuối.",
            "title": "Một dòng, đủ để nhận ra việc trong danh sách.",
            "start": "Ngày/tháng/năm, ví dụ 05/6/2026.",
            "due": "Ngày/tháng/năm. Để trống khi chưa xác định thời hạn.",
            "continuing": "Việc làm suốt nhiệm kỳ, không có ngày kết thúc.",
            "product": "Văn bản, công trình hoặc con số chứng tỏ việc đã xong.",
            "authority": "Ai ký hoặc phê duyệt.",
            "mirrors": "Việc này ghi ở hai nơi trong văn bản: lấy tiến độ của việc kia, chỉ nhập một lần.",
            "parent": "Việc cụ thể thuộc nhiệm vụ, đề án nào.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ordinal" in self.fields:
            self.fields["ordinal"].required = False
        if "kind" in self.fields and self.instance.kind != Task.Kind.PLAN_ITEM:
            # A plan item is made in a unit's yearly plan (IV.1), not here.
            field: Any = self.fields["kind"]
            field.choices = [one for one in field.choices if one[0] != Task.Kind.PLAN_ITEM]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().upper()
        if not re.fullmatch(r"[A-Z0-9]+(?:[.-][A-Z0-9]+)*", code):
            raise ValidationError("Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, ví dụ II.3.2-02.")
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        section = data.get("section") if "section" in self.fields else self.instance.section
        if section:
            self.instance.programme_id = section.programme_id
            self._check_plausible(data, section)
        for name in ("mirrors", "parent"):
            other = data.get(name)
            if other and section and other.programme_id != section.programme_id:
                self.add_error(name, "Hai việc phải thuộc cùng một chương trình.")
        if "ordinal" in self.fields and data.get("ordinal") is None and section:
            last = Task.objects.filter(programme=section.programme_id).aggregate(last=Max("ordinal"))["last"]
            data["ordinal"] = self.instance.ordinal or (last or 0) + 1
        return data

    def _check_plausible(self, data: dict[str, Any], section: Any) -> None:
        kind = data.get("kind")
        if data.get("code") and kind:
            project = kind == Task.Kind.PROJECT
            if fault := code_fault(data["code"], section.number, project=project):
                self.add_error("code", fault)
        for name, rule in (("start", year_fault), ("due", deadline_fault)):
            if name in data and (fault := rule(data[name], section.programme)):
                self.add_error(name, fault)

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and self.instance.pk:
            for name in ("mirrors", "parent"):
                try:
                    check_no_circle(self.instance, name)
                except ValidationError as error:
                    self.add_error(None, error.messages)


class DeadlineProposalsInline(ReadOnlyInline):
    model = DeadlineProposal
    fields = ("as_written", "due", "continuing", "state", "decided_by", "decided_at")
    related = ("decided_by", "task")
    show_change_link = False
    verbose_name_plural = "thời hạn do văn bản nêu (xác nhận ở trang của nhiệm vụ)"


class DecisionsInline(ReadOnlyInline):
    model = Decision
    fields = ("effective_on", "document", "subject", "was", "now", "reason", "decided_by", "recorded_at")
    readonly_fields = fields
    related = ("decided_by", "task")
    show_change_link = False
    verbose_name_plural = "quyết định, thay đổi (ghi ở trang của nhiệm vụ)"

    @admin.display(description="trước")
    def was(self, row: Decision) -> str:
        return row.before_label

    @admin.display(description="sau")
    def now(self, row: Decision) -> str:
        return row.after_label


DECIDED = ("start", "due", "continuing", "product", "authority", "priority")
"""What holds of existing work: it changes by a document on record, on the work's own page."""


@admin.register(Task)
class TaskAdmin(TrackedAdmin):
    index_help = "Từng nhiệm vụ, đề án: tên gọi, thời hạn, sản phẩm, thẩm quyền, phân công riêng."
    form = TaskForm
    committee_path = "programme__committee"
    related = ("programme", "section", "clause__section", "parent", "mirrors", "entry__plan__unit")
    list_display = ("code", "title", "kind", "start", "due", "continuing", "product")
    list_display_links = ("code", "title")
    list_filter = (
        "kind",
        "continuing",
        ("due", admin.EmptyFieldListFilter),
        ("product", admin.EmptyFieldListFilter),
        ("authority", admin.EmptyFieldListFilter),
        ("section", OwnRelatedFilter),
        ("programme", OwnRelatedFilter),
    )
    search_fields = ("search_key",)
    autocomplete_fields = ("section", "parent", "mirrors")
    inlines = (AssignmentsInline, DeadlineProposalsInline, DecisionsInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Items of a plan that is still being written are its unit's and the office's alone."""
        seen = visible_tasks(request.user).values("pk")
        of_this = {"task": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=seen)
            .annotate(
                has_proposals=Exists(DeadlineProposal.objects.filter(**of_this)),
                has_decisions=Exists(Decision.objects.filter(**of_this)),
                has_items=Exists(Task.objects.filter(parent=OuterRef("pk"))),
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> tuple[str, ...]:
        """What the signed text says stays; what holds changes by decision, and plan items in their plan."""
        if obj is None:
            return ()
        if obj.kind == Task.Kind.PLAN_ITEM:
            own = ("code", "kind", "section", "title", "parent", "year", "mirrors", "ordinal")
            return (*own, "answer_today", *DECIDED)
        if obj.clause_id:
            return ("code", "kind", "section", "signed", "clause", "answer_today", *DECIDED)
        planned = ("section", "code") if getattr(obj, "has_items", False) else ()
        return ("clause", "answer_today", *planned, *DECIDED)

    def get_fieldsets(self, request: HttpRequest, obj: Task | None = None) -> Any:
        signed = ("signed", "clause") if obj and obj.clause_id else ()
        plan = ("parent", "year") if obj and obj.kind == Task.Kind.PLAN_ITEM else ()
        return (
            ("Việc", {"fields": ("code", "kind", "section", *signed, "title", *plan)}),
            (
                "Thời gian, sản phẩm, thẩm quyền",
                {
                    "fields": (("start", "due"), "continuing", "product", "authority", "priority"),
                    "description": self._how_to_change(obj),
                },
            ),
            *([("Ai làm, tính đến hôm nay", {"fields": ("answer_today",)})] if obj else []),
            ("Khác", {"fields": ("mirrors", "ordinal"), "classes": ("collapse",)}),
        )

    def get_inline_instances(self, request: HttpRequest, obj: Task | None = None) -> list[Any]:
        """Tables that are only read stand there where they have something to be read."""
        shown: dict[Any, bool] = {
            DeadlineProposalsInline: getattr(obj, "has_proposals", False),
            DecisionsInline: getattr(obj, "has_decisions", False),
        }
        return [one for one in super().get_inline_instances(request, obj) if shown.get(type(one), True)]

    @admin.display(description="hiện nay")
    def answer_today(self, row: Task) -> str:
        """Who answers for the work, its own assignments and those of its section."""
        today = Answerability(row.programme, timezone.localdate(), [row], overseers=False)
        today.posts = []  # who heads the units is told on their own pages
        lines = [
            (
                duty.role_label,
                duty.name,
                "chịu trách nhiệm chính, " if duty.principal else "",
                f"theo phân công của mục {duty.section.number}" if duty.section else "giao riêng",
            )
            for duty in today.duties(row)
        ]
        listed = format_html_join("", "<li>{}: <b>{}</b> ({}{})</li>", lines)
        return format_html('<ul class="answer-today">{}</ul>', listed) if lines else "Chưa phân công."

    def _how_to_change(self, obj: Task | None) -> str:
        if obj is None:
            return "Có thời hạn, hoặc thường xuyên, hoặc để trống cả hai khi chưa xác định."
        entry = getattr(obj, "entry", None)
        if entry and entry.given_on is None:
            return format_html(
                'Việc này sửa trong <a href="{}">{}</a>.', entry.plan.get_absolute_url(), entry.plan
            )
        return format_html(
            'Thay đổi theo văn bản (số, ngày): <a href="{}?ct={}">ghi quyết định về {}</a>.',
            reverse("quyet-dinh", args=[obj.code]),
            obj.programme_id,
            obj.code,
        )

    def has_delete_permission(self, request: HttpRequest, obj: Task | None = None) -> bool:
        """What was signed stays; a plan item is taken out of its plan."""
        made_here = obj is None or (obj.clause_id is None and obj.kind != Task.Kind.PLAN_ITEM)
        return super().has_delete_permission(request, obj) and made_here

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: it would not ask row by row what may go."""
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description="văn bản ghi")
    def signed(self, row: Task) -> str:
        return row.clause.text if row.clause else ""


def refuse_drafts(form: EntryForm, *names: str) -> None:
    """What everybody reads cannot name an item of a plan that is still being written."""
    for name in names:
        task = form.cleaned_data.get(name)
        if task and task.kind == Task.Kind.PLAN_ITEM and not task.entry.given_on:
            form.add_error(name, f"{task.code} chưa được giao: chọn nhiệm vụ, đề án hoặc việc đã giao.")


class IndicatorForm(EntryForm):
    class Meta:
        help_texts = {
            "code": "Mã ngắn, không trùng trong chương trình: CT-01.",
            "unit": "Ví dụ: %, triệu đồng/người, héc-ta.",
            "target": "Dấu phẩy cho phần thập phân, dấu chấm tách hàng nghìn: 13,5 hoặc 1.234,5.",
            "target_high": "Chỉ nhập khi chỉ tiêu là một khoảng “từ … đến …”.",
            "every_year": "Chọn khi mục tiêu phải đạt từng năm, không phải đến cuối nhiệm kỳ.",
            "as_written": "Câu trong văn bản nêu chỉ tiêu này.",
            "task": "Chỉ tiêu đo kết quả của nhiệm vụ, đề án nào, nếu có.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if section := data.get("section"):
            self.instance.programme_id = section.programme_id
            if (task := data.get("task")) and task.programme_id != section.programme_id:
                self.add_error("task", "Nhiệm vụ và mục phải thuộc cùng một chương trình.")
        refuse_drafts(self, "task")
        return data


@admin.register(Indicator)
class IndicatorAdmin(TrackedAdmin):
    index_help = "Chỉ tiêu bằng số của chương trình và mục tiêu phải đạt."
    form = IndicatorForm
    committee_path = "programme__committee"
    related = ("programme", "section", "task")
    list_display = ("code", "name", "direction", "goal", "unit", "every_year")
    list_display_links = ("code", "name")
    list_filter = ("direction", "every_year", ("section", OwnRelatedFilter), ("programme", OwnRelatedFilter))
    search_fields = ("search_key",)
    autocomplete_fields = ("section", "task")
    fieldsets = (
        ("Chỉ tiêu", {"fields": ("code", "name", "unit", "section", "as_written")}),
        ("Mục tiêu", {"fields": ("direction", ("target", "target_high"), "every_year")}),
        ("Gắn với việc", {"fields": ("task",)}),
    )

    @admin.display(description="mục tiêu", ordering="target")
    def goal(self, row: Indicator) -> str:
        low = format_number(row.target)
        return low if row.target_high is None else f"{low} – {format_number(row.target_high)}"


class RelatedWorkForm(EntryForm):
    class Meta:
        help_texts = {"note": "Ví dụ: làm trước, dùng chung nguồn vốn."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        refuse_drafts(self, "first", "second")
        return data


@admin.register(RelatedWork)
class RelatedWorkAdmin(TrackedAdmin):
    index_help = "Hai việc có liên quan đến nhau."
    form = RelatedWorkForm
    committee_path = "first__programme__committee"
    related = ("first", "second")
    list_display = ("first", "second", "note")
    list_display_links = ("first", "second")
    search_fields = ("first__code", "first__title", "second__code", "second__title", "note")
    autocomplete_fields = ("first", "second")
    fieldsets = ((None, {"fields": ("first", "second", "note")}),)


class OfProjectAdmin(TrackedAdmin):
    """Rows of projects: the leading unit enters them on the project's page; here the office puts right."""

    committee_path = "task__programme__committee"
    related = ("task",)
    autocomplete_fields = ("task",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A row stays with its project, and a mốc with the day first planned."""
        return ("task", *(("planned_on",) if isinstance(obj, Milestone) else ())) if obj else ()


@admin.register(Milestone)
class MilestoneAdmin(OfProjectAdmin):
    index_help = "Mốc của từng đề án: ngày ban đầu, ngày hiện nay, ngày thực tế."
    list_display = ("task", "title", "planned_on", "due", "done_on")
    list_display_links = ("task", "title")
    list_filter = (("task", OwnRelatedFilter),)
    search_fields = ("task__code", "title")

    def get_fieldsets(self, request: HttpRequest, obj: Milestone | None = None) -> Any:
        """A new mốc is first planned for its present day."""
        moved = (("planned_on", "due"), "moved_because") if obj else ("due",)
        return ((None, {"fields": ("task", "title", *moved, "done_on")}),)


@admin.register(Funding)
class FundingAdmin(OfProjectAdmin):
    index_help = "Nguồn vốn của từng đề án: kế hoạch và đã giải ngân, triệu đồng."
    list_display = ("task", "source", "planned", "disbursed", "disbursed_on")
    list_display_links = ("task", "source")
    list_filter = (("task", OwnRelatedFilter),)
    search_fields = ("task__code", "source")
    fieldsets = ((None, {"fields": ("task", "source", "planned", ("disbursed", "disbursed_on"))}),)


@admin.register(Risk)
class RiskAdmin(OfProjectAdmin):
    index_help = "Rủi ro của từng đề án và cách xử lý."
    list_display = ("task", "text", "level", "raised_on", "closed_on")
    list_display_links = ("task", "text")
    list_filter = (("task", OwnRelatedFilter), "level")
    search_fields = ("task__code", "text", "response")
    fieldsets = ((None, {"fields": ("task", "text", "level", "response", ("raised_on", "closed_on"))}),)


@admin.register(ProjectProfile)
class ProjectProfileAdmin(OfProjectAdmin):
    index_help = "Giai đoạn và địa điểm của từng đề án."
    list_display = ("task", "phase", "location")
    list_filter = (("task", OwnRelatedFilter),)
    search_fields = ("task__code", "task__title", "location")
    fieldsets = ((None, {"fields": ("task", "phase", "location")}),)
