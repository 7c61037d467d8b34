"""How many wrong passwords are too many (5 in 15 minutes lock the account, 20 the address), for how long, and
the form by which one changes one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chuongtrinh.edits import PASSWORD_CHANGED

ADDRESS_LIMIT = 20


class LockoutHandler(AxesDatabaseHandler):
    """Axes counts failures by account; here an address that tries many accounts is counted too.

    The address is the connection's. Behind a proxy waitress puts the visitor's in its place, if told to trust
    that proxy (docs/trien-khai.md); what a visitor says of himself in a header is never looked at here.
    """

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        by_account = super().get_failures(request, credentials)
        recent = _recent(request, ip_address=request.axes_ip_address)  # type: ignore[attr-defined]
        by_address = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return settings.AXES_FAILURE_LIMIT if by_address >= ADDRESS_LIMIT else by_account


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict | None = None) -> HttpResponse:
    """The page that refuses, and says until when. Of an account that does not exist it says the same."""
    account = _recent(request, username=get_client_username(request, credentials))
    address = _recent(request, ip_address=request.axes_ip_address)  # type: ignore[attr-defined]
    ends = [_end(account, settings.AXES_FAILURE_LIMIT), _end(address, ADDRESS_LIMIT)]
    until = max((end for end in ends if end), default=None)
    return render(request, "chuongtrinh/locked_out.html", {"until": until}, status=429)


def unlock(username: str) -> None:
    """Forget the account's wrong passwords."""
    AccessAttempt.objects.filter(username=username).delete()


def _recent(request: HttpRequest, **whose: Any) -> QuerySet[AccessAttempt]:
    return AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request), **whose)


def _end(rows: QuerySet[AccessAttempt], limit: int) -> datetime | None:
    """When so many of the attempts are old enough that fewer than the limit count, to the next full minute;
    None where it is not reached."""
    found = list(rows.order_by("attempt_time"))
    left, end = sum(row.failures_since_start for row in found), None
    for row in found:
        if left < limit:
            break
        left -= row.failures_since_start
        end = row.attempt_time + get_cool_off()
    if end is None:
        return None
    return timezone.localtime(
        (end + timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)
    )


class ChangePasswordForm(PasswordChangeForm):
    """Asks for the old password as signing in does: wrong ones count, and lock the account.

    Otherwise a page left open would let anybody guess the password as often as they like.
    """

    def __init__(self, request: HttpRequest, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        given = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=given) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        new = data.get("new_password1")
        if new and "new_password1" not in self.errors and new == data.get("old_password"):
            self.add_error("new_password1", "Mật khẩu mới phải khác mật khẩu đang dùng.")
        return data

    def validate_password_for_user(self, user: Any, *_: Any) -> None:
        """What is wrong with the new password is told where it was first typed."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> Any:
        self.user._change_reason = PASSWORD_CHANGED  # type: ignore[attr-defined]
        return super().save(commit)
