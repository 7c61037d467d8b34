"""How many wrong passwords are too many: 5 in 15 minutes lock the account, 20 the address."""

from __future__ import annotations

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpRequest

ADDRESS_LIMIT = 20


class LockoutHandler(AxesDatabaseHandler):
    """Axes counts failures by account; here an address that tries many accounts is counted too.

    The address is the connection's. Behind a proxy waitress puts the visitor's in its place, if told to trust
    that proxy (docs/trien-khai.md); what a visitor says of himself in a header is never looked at here.
    """

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        by_account = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=get_cool_off_threshold(request),
        )
        by_address = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return settings.AXES_FAILURE_LIMIT if by_address >= ADDRESS_LIMIT else by_account


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
