"""Entry pages: units, comrades, posts, groups, assignments and oversight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils import timezone

from chuongtrinh.admin_site import EntryInline, TrackedAdmin
from chuongtrinh.forms import EntryForm
from chuongtrinh.scope import OwnRelatedFilter
from chuongtrinh.vietnamese import fold, initials
from nhiemvu.models import Task
from phancong.models import Assignment, Comrade, Group, Oversight, Post, Unit
from phancong.permissions import visible_tasks

HOLDS: Any = (
    "Thời gian",
    {
        "fields": (("valid_from", "valid_to"),),
        "description": "Để trống “từ ngày” nếu không rõ từ bao giờ, “đến ngày” nếu vẫn còn hiệu lực.",
    },
)


def check_no_circle(row: Model, field: str) -> None:
    """Refuse a row that stands above itself. ``field`` names the foreign key to the row above."""
    above, seen = getattr(row, field), {row.pk}
    while above is not None:
        if above.pk in seen:
            raise ValidationError({field: "Không thể thuộc chính mình hoặc cấp dưới của mình."})
        seen.add(above.pk)
        above = getattr(above, field)


class UnitForm(EntryForm):
    class Meta:
        help_texts = {
            "name": "Tên đầy đủ, viết như trong văn bản: Phòng Văn hóa - Xã hội.",
            "short_name": (
                "Chữ cái đầu của các từ, viết hoa không dấu, bỏ từ nối, giữ nguyên chữ viết tắt: "
                "Phòng Kinh tế → PKT, Văn phòng HĐND và UBND → VPHDNDUBND. Dùng trong mã việc. "
                "Để trống thì tự đặt theo cách này."
            ),
            "parent": "Đơn vị cấp trên trực tiếp, nếu có.",
            "cell_of": "Chỉ ghi với chi bộ: chi bộ này là của phòng, đơn vị nào.",
            "valid_from": "Ngày thành lập, nếu cần ghi.",
            "valid_to": "Ngày giải thể hoặc sáp nhập. Đừng xóa đơn vị cũ: ghi ngày này để giữ lại lịch sử.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "short_name" in self.fields:
            self.fields["short_name"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "short_name" not in self.errors:
            data["short_name"] = (data.get("short_name") or initials(data.get("name") or "")[:20]).upper()
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """A short name follows from the name: without one there is nothing to say of it."""
        unnamed = not self.cleaned_data.get("name") and not self.cleaned_data.get("short_name")
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*found, "short_name"} if unnamed else found

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and self.instance.pk:
            for field in ("parent", "cell_of"):
                try:
                    check_no_circle(self.instance, field)
                except ValidationError as error:
                    self.add_error(None, error.messages)


class PostForm(EntryForm):
    class Meta:
        help_texts = {
            "title": "Viết như trong văn bản: Bí thư, Trưởng phòng, Phó Chủ tịch UBND xã.",
            "is_head": "Người đứng đầu chịu trách nhiệm về việc của đơn vị (mục IV.2).",
        }


class PostsInline(EntryInline, admin.StackedInline):
    """On a unit or a comrade. Stacked: a table of six boxes needs sideways scrolling on a phone."""

    model = Post
    form = PostForm
    template = "admin/edit_inline/stacked.html"
    fieldsets = ((None, {"fields": (("comrade", "unit", "title"), "is_head", ("valid_from", "valid_to"))}),)
    autocomplete_fields = ("comrade", "unit")
    related = ("comrade", "unit")
    verbose_name_plural = "chức vụ (thôi giữ thì ghi “đến ngày”, đừng xóa)"


@admin.register(Unit)
class UnitAdmin(TrackedAdmin):
    index_help = "Phòng, ban, chi bộ, trung tâm và người đứng đầu."
    instead_of_deleting = (
        "Đơn vị giải thể, sáp nhập thì đừng xóa: ghi “đến ngày” ở trang của đơn vị để giữ lại lịch sử. "
        "Tài khoản của đơn vị thì người quản trị khóa hoặc gắn sang đơn vị khác."
    )
    form = UnitForm
    related = ("parent", "cell_of")
    list_display = ("name", "short_name", "kind", "parent", "valid_to")
    list_filter = ("kind",)
    search_fields = ("search_key",)
    autocomplete_fields = ("parent", "cell_of")
    inlines = (PostsInline,)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "kind")}),
        ("Quan hệ", {"fields": ("parent", "cell_of")}),
        HOLDS,
    )


def todays_post(comrade: str) -> Subquery:
    """The post that a comrade holds today and the unit, the headship first. ``comrade`` leads to the pk."""
    held = Post.objects.on(timezone.localdate()).filter(comrade=OuterRef(comrade))
    named = held.annotate(named=Concat(F("title"), Value(", "), F("unit__name")))
    return Subquery(named.order_by("-is_head", "pk").values("named")[:1])


class ComradeForm(EntryForm):
    another = forms.BooleanField(
        label="Vẫn là người khác",
        required=False,
        widget=forms.HiddenInput,
        help_text="Đánh dấu khi đây là người khác trùng họ tên.",
    )

    class Meta:
        help_texts = {
            "name": "Họ, đệm và tên. Danh sách tự xếp theo tên.",
            "contact": "Điện thoại hoặc thư điện tử công vụ. Không nhập thông tin riêng tư khác.",
        }

    def clean(self) -> dict[str, Any]:
        """Two people may have one name; one person entered twice is the likelier."""
        data = super().clean() or self.cleaned_data
        if not data.get("name") or "name" not in self.changed_data:
            return data
        others = Comrade.objects.filter(committee=self.instance.committee_id).exclude(pk=self.instance.pk)
        same = [
            f"{name} ({post})" if post else name
            for name, post in others.annotate(post=todays_post("pk")).values_list("name", "post")
            if fold(name) == fold(data["name"])
        ]
        if same:
            self.fields["another"].widget = forms.CheckboxInput()
            if not data.get("another"):
                self.add_error(
                    "name",
                    f"Đã có đồng chí {'; '.join(same)}. Nếu đây là người khác cùng tên, đánh dấu "
                    "“Vẫn là người khác” rồi lưu.",
                )
        return data


@admin.register(Comrade)
class ComradeAdmin(TrackedAdmin):
    index_help = "Cán bộ, đảng viên được giao việc và chức vụ của từng người."
    instead_of_deleting = (
        "Đồng chí chuyển công tác thì đừng xóa: ghi “đến ngày” cho chức vụ và phân công. "
        "Tài khoản của đồng chí thì người quản trị khóa."
    )
    form = ComradeForm
    list_display = ("name", "present_post", "contact")
    search_fields = ("search_key",)
    inlines = (PostsInline,)
    fieldsets = ((None, {"fields": ("name", "another", "contact")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(post_today=todays_post("pk"))

    @admin.display(description="chức vụ hiện nay")
    def present_post(self, row: Comrade) -> str:
        return getattr(row, "post_today", None) or "–"

    def label_in_list(self, row: Comrade) -> str:
        post = getattr(row, "post_today", None)
        return f"{row.name} ({post})" if post else row.name


@admin.register(Post)
class PostAdmin(TrackedAdmin):
    index_help = "Ai giữ chức vụ gì, ở đâu, từ khi nào đến khi nào."
    form = PostForm
    committee_path = "unit__committee"
    related = ("comrade", "unit")
    list_display = ("comrade", "title", "unit", "is_head", "valid_from", "valid_to")
    list_filter = ("is_head", ("unit", OwnRelatedFilter))
    search_fields = ("comrade__name", "title", "unit__name")
    autocomplete_fields = ("comrade", "unit")
    fieldsets = ((None, {"fields": ("comrade", "unit", "title", "is_head")}), HOLDS)


class GroupForm(EntryForm):
    class Meta:
        help_texts = {
            "name": "Viết như trong văn bản: Bí thư chi bộ; Trưởng các phòng, đơn vị thuộc UBND xã.",
            "rule": "Nhóm tự tính thành viên theo chức vụ; chọn “Theo danh sách” để tự liệt kê.",
        }


@admin.register(Group)
class GroupAdmin(TrackedAdmin):
    index_help = "Cách gọi chung trong văn bản, như “Bí thư các chi bộ”, và gồm những ai."
    form = GroupForm
    list_display = ("name", "rule")
    list_filter = ("rule",)
    search_fields = ("name",)
    autocomplete_fields = ("comrades",)
    fieldsets = ((None, {"fields": ("name", "rule", "comrades")}),)


class AssignmentForm(EntryForm):
    class Meta:
        help_texts = {
            "section": "Giao cả mục: mọi nhiệm vụ trong mục theo phân công này.",
            "task": "Giao riêng một nhiệm vụ, đề án: thay cho phân công của mục ở vai trò đó.",
            "text": "Chỉ ghi khi chưa biết là đơn vị, đồng chí hay nhóm nào.",
            "principal": "Đơn vị hoặc đồng chí chủ trì và báo cáo. Chỉ dùng với vai trò chủ trì.",
            "decided_by": "Văn bản phân công, nếu có: Quyết định số 12-QĐ/ĐU, ngày 01/6/2026.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        section, task = (
            data.get(name) if name in self.fields else getattr(self.instance, name)
            for name in ("section", "task")
        )
        # On the page of a task that is being made, the task is known though not yet saved.
        target = section or task or (self.formset.instance if self.formset else None)
        if isinstance(target, Task) and target.kind == Task.Kind.PLAN_ITEM:
            raise ValidationError(
                "Việc cụ thể do đơn vị lập kế hoạch chủ trì; chỉ đạo, phối hợp ghi trong kế hoạch, "
                "đã giao thì đổi theo quyết định ở trang của việc."
            )
        if target:
            self.instance.programme_id = target.programme_id
            if self.instance._state.adding and not self.instance.ordinal:
                last = Assignment.objects.filter(programme=target.programme_id).aggregate(
                    last=Max("ordinal")
                )["last"]
                self.instance.ordinal = (last or 0) + 1
        return data


WHO: Any = (("role", "principal"), ("comrade", "unit"), ("group", "text"))


class AssignmentsInline(EntryInline, admin.StackedInline):
    """On a section or a task. Stacked: four kinds of assignee do not fit one line."""

    model = Assignment
    form = AssignmentForm
    template = "admin/edit_inline/stacked.html"
    related = ("comrade", "unit", "group", "section", "task", "programme")
    autocomplete_fields = ("comrade", "unit", "group")
    fieldsets = ((None, {"fields": (*WHO, ("valid_from", "valid_to"), "decided_by")}),)
    verbose_name_plural = (
        "phân công (mỗi dòng chọn đúng một: đồng chí, đơn vị, nhóm hoặc chữ như đã viết; "
        "phân công đã ký thì ghi “đến ngày”, không xóa)"
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _of_plan_item(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _of_plan_item(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _of_plan_item(obj)


def _of_plan_item(work: Any) -> bool:
    return isinstance(work, Task) and work.kind == Task.Kind.PLAN_ITEM


@admin.register(Assignment)
class AssignmentAdmin(TrackedAdmin):
    index_help = "Ai chỉ đạo, chủ trì, phối hợp ở từng mục, từng nhiệm vụ."
    form = AssignmentForm
    committee_path = "programme__committee"
    related = ("programme", "section", "task", "comrade", "unit", "group", "clause__section")
    list_display = ("__str__", "target", "principal", "valid_from", "valid_to")
    list_filter = (
        "role",
        ("unit", OwnRelatedFilter),
        ("comrade", OwnRelatedFilter),
        ("programme", OwnRelatedFilter),
    )
    search_fields = (
        "section__number",
        "section__title",
        "task__code",
        "task__title",
        "comrade__name",
        "unit__name",
        "unit__short_name",
        "group__name",
        "text",
    )
    autocomplete_fields = ("section", "task", "comrade", "unit", "group")
    readonly_fields = ("clause",)
    fieldsets = (
        ("Giao việc gì", {"fields": ("section", "task"), "description": "Chọn đúng một trong hai."}),
        (
            "Giao cho ai",
            {"fields": WHO, "description": "Chọn đúng một: đồng chí, đơn vị, nhóm hoặc chữ như đã viết."},
        ),
        (
            "Căn cứ",
            {
                "fields": ("decided_by", "clause"),
                "description": "Phân công trong văn bản đã ký thì không xóa, chỉ ghi “đến ngày” khi thôi.",
            },
        ),
        HOLDS,
    )

    @admin.display(description="mục, nhiệm vụ", ordering="section__ordinal")
    def target(self, row: Assignment) -> str:
        return str(row.section or row.task)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Whoever may not yet read a plan does not learn its items from who is to do them."""
        shown = visible_tasks(request.user).values("pk")
        return super().get_queryset(request).filter(Q(task=None) | Q(task__in=shown))

    def has_change_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """Who does a plan item is written in its plan, and once given changes by decision."""
        return super().has_change_permission(request, obj) and not (obj and _of_plan_item(obj.task))

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """What was signed ends by a date."""
        kept = obj and (obj.is_signed or _of_plan_item(obj.task))
        return super().has_delete_permission(request, obj) and not kept

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: it would not ask row by row what may go."""
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}

    def label_in_list(self, row: Assignment) -> str:
        return f"{row} – {row.section or row.task}"


class OversightForm(EntryForm):
    class Meta:
        help_texts = {
            "unit": "Chọn đơn vị, hoặc ghi lĩnh vực ở ô dưới: đúng một trong hai.",
            "field": "Ví dụ: văn hóa - xã hội; xây dựng Đảng.",
            "decision_number": "Số của văn bản phân công phụ trách: 05-QĐ/ĐU.",
        }


@admin.register(Oversight)
class OversightAdmin(TrackedAdmin):
    index_help = "Ủy viên phụ trách đơn vị, lĩnh vực theo quyết định riêng (mục IV.3)."
    form = OversightForm
    committee_path = "comrade__committee"
    related = ("comrade", "unit")
    list_display = ("comrade", "unit", "field", "decision_number", "decided_on", "valid_to")
    list_filter = (("unit", OwnRelatedFilter),)
    search_fields = ("comrade__name", "unit__name", "field", "decision_number")
    autocomplete_fields = ("comrade", "unit")
    fieldsets = (
        ("Ai phụ trách gì", {"fields": ("comrade", "unit", "field")}),
        ("Theo quyết định", {"fields": ("decision_number", "decided_on")}),
        HOLDS,
    )
