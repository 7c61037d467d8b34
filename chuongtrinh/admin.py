"""Entry pages: the signed document to be read, its general data, the committee and its accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from chuongtrinh.admin_site import (
    AccountsOnly,
    EntryAdmin,
    ReadOnlyInline,
    SignedAdmin,
    TrackedAdmin,
)
from chuongtrinh.edits import PASSWORD_RESET
from chuongtrinh.forms import EntryForm
from chuongtrinh.models import (
    Citation,
    CitedDocument,
    Clause,
    Committee,
    Correction,
    Programme,
    Recipient,
    Section,
    UnplacedLine,
    User,
)
from chuongtrinh.scope import OwnRelatedFilter
from chuongtrinh.sign_in import unlock
from phancong.admin import AssignmentsInline


class RecipientsInline(ReadOnlyInline):
    model = Recipient
    fields = ("ordinal", "name")
    show_change_link = False


class ProgrammeForm(EntryForm):
    class Meta:
        help_texts = {
            "term_start": "Năm đầu nhiệm kỳ: 2025.",
            "term_end": "Năm cuối nhiệm kỳ: 2030.",
        }


TERM = ("term_start", "term_end")


@admin.register(Programme)
class ProgrammeAdmin(TrackedAdmin):
    index_help = "Số, ngày ký, nhiệm kỳ, người ký, nơi nhận, để xem. Văn bản mới được nạp từ tệp."
    form = ProgrammeForm
    related = ("committee",)
    list_display = ("number", "kind", "issued_on", "term_label")
    search_fields = ("number", "kind", "title")
    readonly_fields = (
        *("letterhead_parent", "letterhead_issuer", "number", "place", "issued_on", "kind", "title"),
        *("signed_for", "signatory_post", "signatory"),
        *("source_name", "source_sha256", "loaded_at"),
    )
    inlines = (RecipientsInline,)
    fieldsets = (
        (
            "Phần đầu văn bản",
            {
                "fields": (
                    "letterhead_parent",
                    "letterhead_issuer",
                    "number",
                    ("place", "issued_on"),
                    "kind",
                    "title",
                ),
                "description": (
                    "Theo văn bản đã ký nên chỉ để xem. Chỗ nào chép sai thì sửa bằng một đính chính "
                    "khi nạp văn bản, bản chép vẫn giữ nguyên."
                ),
            },
        ),
        ("Nhiệm kỳ", {"fields": (TERM,)}),
        ("Phần ký", {"fields": ("signed_for", "signatory_post", "signatory")}),
        (
            "Bản chép nguyên văn",
            {
                "fields": ("source_name", "source_sha256", "loaded_at"),
                "description": "Những chỗ đã đính chính xem ở mục Đính chính.",
            },
        ),
    )

    @admin.display(description="nhiệm kỳ", ordering="term_start")
    def term_label(self, row: Programme) -> str:
        return row.term

    def get_readonly_fields(self, request: HttpRequest, obj: Programme | None = None) -> tuple[str, ...]:
        stated = obj is not None and self._states_its_term(obj)
        return (*self.readonly_fields, *TERM) if stated else self.readonly_fields

    def has_change_permission(self, request: HttpRequest, obj: Programme | None = None) -> bool:
        """All of it is the signed text's, but a term that the text does not state."""
        stated = obj is not None and self._states_its_term(obj)
        return super().has_change_permission(request, obj) and not stated

    def _states_its_term(self, obj: Programme) -> bool:
        """Whether the term was read from the text: then it stood in the very first entry of the history."""
        known = vars(obj)
        if "states_its_term" not in known:
            first = obj.history.order_by("history_id").values_list(*TERM).first()
            known["states_its_term"] = any(first or (obj.term_start, obj.term_end))
        return known["states_its_term"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Section)
class SectionAdmin(EntryAdmin):
    index_help = "Các phần, mục của văn bản; mở một mục để phân công cho cả mục."
    committee_path = "programme__committee"
    related = ("programme", "parent")
    list_display = ("number", "title", "programme")
    list_display_links = ("number", "title")
    list_filter = (("programme", OwnRelatedFilter),)
    search_fields = ("number", "title", "programme__number")
    readonly_fields = ("programme", "number", "label", "title", "title_as_signed", "parent", "line")
    fieldsets = (
        (
            None,
            {
                "fields": ("programme", "number", "label", "title", "title_as_signed", "parent", "line"),
                "description": "Phần này theo văn bản đã ký, chỉ để xem. Phân công ở dưới thì sửa được.",
            },
        ),
    )
    inlines = (AssignmentsInline,)

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        """The section is as signed; what the form writes are its assignments."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CorrectionsInline(ReadOnlyInline):
    model = Correction
    fields = ("line", "original", "corrected", "reason")
    show_change_link = False


@admin.register(Clause)
class ClauseAdmin(SignedAdmin):
    index_help = "Từng đoạn của văn bản: như bản chép và sau đính chính. Chỉ để xem."
    committee_path = "section__programme__committee"
    related = ("section__programme", "parent__section")
    list_display = ("__str__", "kind", "text")
    list_filter = ("kind", "duty", ("section", OwnRelatedFilter))
    search_fields = ("section__number", "as_signed", "text")
    fields = ("section", "kind", "duty", "marker", "as_signed", "text", "parent", ("line_from", "line_to"))
    inlines = (CorrectionsInline,)


@admin.register(Correction)
class CorrectionAdmin(SignedAdmin):
    index_help = "Chỗ bản chép sai, chữ đúng và lý do. Bản chép vẫn giữ nguyên. Chỉ để xem."
    committee_path = "programme__committee"
    related = ("programme", "clause__section")
    list_display = ("line", "original", "corrected", "reason")
    list_display_links = ("line", "original")
    list_filter = (("programme", OwnRelatedFilter),)
    search_fields = ("original", "corrected", "reason")
    fields = ("programme", "clause", "line", "original", "corrected", "reason")


class CitationsInline(ReadOnlyInline):
    model = Citation
    fields = ("clause", "as_written")
    related = ("clause__section",)
    show_change_link = False


@admin.register(CitedDocument)
class CitedDocumentAdmin(SignedAdmin):
    index_help = "Văn bản khác mà chương trình nhắc đến, và nhắc ở đâu. Chỉ để xem."
    committee_path = "programme__committee"
    related = ("programme",)
    list_display = ("kind", "number", "issued_on", "issuer")
    list_display_links = ("kind", "number")
    list_filter = ("kind", ("programme", OwnRelatedFilter))
    search_fields = ("kind", "number", "issuer")
    fields = ("programme", "kind", "number", "issued_on", "issuer")
    inlines = (CitationsInline,)


@admin.register(UnplacedLine)
class UnplacedLineAdmin(TrackedAdmin):
    index_help = "Dòng máy chưa hiểu khi đọc văn bản: xem rồi đánh dấu “đã xem xét”."
    committee_path = "programme__committee"
    related = ("programme",)
    list_display = ("line", "text", "reason", "settled")
    list_display_links = ("line", "text")
    list_filter = ("settled", ("programme", OwnRelatedFilter))
    search_fields = ("text", "reason")
    readonly_fields = ("programme", "line", "text", "reason")
    fields = ("programme", "line", "text", "reason", "settled")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Committee)
class CommitteeAdmin(AccountsOnly, TrackedAdmin):
    index_help = "Tên cấp ủy, đảng bộ cấp trên và địa danh ghi trên văn bản."
    committee_path = "pk"
    list_display = ("name", "parent_name", "place")
    search_fields = ("name",)
    fieldsets = ((None, {"fields": ("name", "parent_name", "place")}),)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountForm(EntryForm):
    new_password = forms.CharField(
        label="Mật khẩu mới",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )
    repeated = forms.CharField(
        label="Nhập lại mật khẩu",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
    )

    class Meta:
        help_texts = {
            "username": "Chữ không dấu, viết liền, ví dụ vanphong. Dùng để đăng nhập.",
            "full_name": "Tên hiện trên trang, ví dụ Văn phòng Đảng ủy.",
            "email": "Thư công vụ, để nhận thư nhắc việc; bỏ trống thì chỉ nhắc trên trang Nhắc việc.",
            "role": "Vai trò quyết định tài khoản được xem và làm gì.",
            "unit": "Bắt buộc với vai trò Trưởng đơn vị.",
            "comrade": "Tài khoản của đồng chí nào; bắt buộc với vai trò Ủy viên phụ trách.",
            "is_active": "Bỏ dấu này để khóa tài khoản: người đó bị thoát ra ngay, không đăng nhập được nữa.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adding = self.instance._state.adding
        field = self.fields["new_password"]
        field.required = self.fields["repeated"].required = adding
        field.help_text = (
            "Ít nhất 8 ký tự, không toàn chữ số, không giống tên đăng nhập."
            if adding
            else "Để trống nếu không đổi. Đổi thì mọi nơi đang đăng nhập bằng tài khoản này bị thoát ra; "
            "tài khoản đang tạm khóa vì nhập sai thì đăng nhập được ngay."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == User.Role.HEAD and not data.get("unit"):
            self.add_error("unit", "Tài khoản Trưởng đơn vị phải ghi đơn vị.")
        if data.get("role") == User.Role.MEMBER and not data.get("comrade"):
            self.add_error("comrade", "Tài khoản Ủy viên phụ trách phải ghi đồng chí.")
        if data.get("new_password") != data.get("repeated") and "repeated" not in self.errors:
            self.add_error("repeated", "Hai lần nhập mật khẩu không giống nhau.")
        return data

    def _post_clean(self) -> None:
        super()._post_clean()
        if password := self.cleaned_data.get("new_password"):
            try:
                password_validation.validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("new_password", error)


@admin.register(User)
class AccountAdmin(AccountsOnly, TrackedAdmin):
    index_help = "Tạo, khóa tài khoản, đặt lại mật khẩu, chọn vai trò."
    form = AccountForm
    related = ("unit", "comrade")
    list_display = ("username", "full_name", "role", "unit", "is_active", "last_login")
    list_filter = ("role", "is_active", ("unit", OwnRelatedFilter))
    search_fields = ("username", "full_name", "unit__name", "comrade__name")
    autocomplete_fields = ("unit", "comrade")
    fieldsets = (
        ("Tài khoản", {"fields": ("username", "full_name", "email", "is_active")}),
        ("Được làm gì", {"fields": ("role", "unit", "comrade")}),
        ("Mật khẩu", {"fields": ("new_password", "repeated")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody locks the door behind themselves: one's own role and activity are another's to change."""
        return ("role", "is_active") if obj and obj.pk == request.user.pk else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what an account did stays under its name: it is disabled instead

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A password is set by itself, so that the history tells it on a line of its own. Whoever was locked
        out for wrong ones may come in with it at once."""
        password = form.cleaned_data.get("new_password")
        if not change:
            obj.set_password(password)
        if not change or {*form.changed_data} - {"new_password", "repeated"}:
            super().save_model(request, obj, form, change)
        if change and password:
            obj.set_password(password)
            obj._change_reason = PASSWORD_RESET  # type: ignore[attr-defined]
            obj.save()
            unlock(obj.get_username())
        if not obj.is_active:
            end_sessions(obj)
        elif obj.pk == request.user.pk and password:
            update_session_auth_hash(request, obj)


def end_sessions(user: User) -> None:
    """Sign the account out everywhere, so that enabling it again does not revive an old session."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
