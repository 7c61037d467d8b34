"""How many wrong passwords are too many: 5 in 15 minutes lock the account, 20 the address."""

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

ADDRESS_LIMIT = 20


class LockoutHandler(AxesDatabaseHandler):
    """Axes counts failures by account; here an address that tries many accounts is counted too."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        by_account = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=get_cool_off_threshold(request),
        )
        by_address = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return settings.AXES_FAILURE_LIMIT if by_address >= ADDRESS_LIMIT else by_account
