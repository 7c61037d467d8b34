"""A person's private calendar: an address that nobody can guess, and the deadlines behind it as ICS.

The address is shown once. Of its secret only the SHA-256 is kept, so that whoever reads the database, or a
backup of it, reads nobody's calendar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from icalendar import Calendar, Event

from baocao.models import CalendarFeed, Period
from baocao.reminders import things_of
from baocao.reminding import Kind, Thing
from baocao.standing import in_words
from chuongtrinh.models import User
from phancong.permissions import can_run_periods, is_active_member, visible_periods, visible_programmes

READ_AGAIN = timedelta(hours=6)
_NOTED_EVERY = timedelta(hours=1)


def new_token() -> str:
    """What a form carries, so that the same form sent twice makes one address."""
    return get_random_string(22)


@transaction.atomic
def make(user: Any, token: str) -> str:
    """A new secret in place of the one before; the same one where this form was sent before."""
    secret = salted_hmac("baocao.feed", f"{user.pk}:{token}", algorithm="sha256").hexdigest()
    User.objects.select_for_update(of=("self",)).only("pk").get(pk=user.pk)
    known = CalendarFeed.objects.filter(secret_sha256=_digest(secret)).first()
    if known and known.revoked_at:
        raise ValidationError("Địa chỉ lịch này đã thu hồi. Hãy tải lại trang rồi tạo địa chỉ mới.")
    if known is None:
        revoke(user)
        CalendarFeed.objects.create(user=user, secret_sha256=_digest(secret))
    return secret


def revoke(user: Any) -> int:
    """Nobody reads the calendar under its present address any more; how many addresses that were."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def live_feed(user: Any) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


def reader_of(secret: str) -> User | None:
    """Whose calendar it is; None for an address that is unknown or taken back, or of a closed account."""
    rows = CalendarFeed.objects.filter(secret_sha256=_digest(secret), revoked_at=None)
    feed = rows.select_related("user").first()
    if feed is None or not is_active_member(feed.user):
        return None
    now = timezone.now()
    if feed.read_at is None or now - feed.read_at > _NOTED_EVERY:
        with suppress(DatabaseError):  # where nothing can be written any more, the calendar is still read
            CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# -- what it holds -----------------------------------------------------------------------------------------


def calendar_of(user: User, today: date, site: str) -> bytes:
    """The deadlines of what the person leads or directs, and the last hours of periods; ``site`` is the
    address of the start page. What one may see is decided now, at every reading."""
    programmes = list(visible_programmes(user).defer("source"))
    calendar = Calendar()
    calendar.add("prodid", "-//chuongtrinh//Lịch công việc//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Hạn công việc: {user}")
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", READ_AGAIN, parameters={"value": "DURATION"})
    host = urlsplit(site).hostname or ""
    for at, programme in enumerate(programmes):
        things = things_of(programme, [user], today, str(programme.pk) if at else "")[user.pk]
        for thing in sorted(things, key=lambda thing: (thing.due, thing.about)):
            if thing.kind is Kind.WORK and thing.own:
                calendar.add_component(_deadline(thing, host, site))
    for period in _periods(user):
        calendar.add_component(_last_hour(period, host, site))
    return bytes(calendar.to_ical())


def _periods(user: User) -> Iterable[Period]:
    """The open periods that ask this person's unit, or all for who runs them."""
    rows = visible_periods(user).filter(state=Period.State.OPEN).order_by("submit_by", "pk")
    if can_run_periods(user):
        return rows
    return rows.filter(asked__unit=user.unit_id).distinct() if user.unit_id else []


def _deadline(thing: Thing, host: str, site: str) -> Event:
    event = _event(f"{thing.about.rpartition(':')[0].replace(':', '-')}@{host}", f"Hạn: {thing.title}")
    event.add("dtstart", thing.due)
    if thing.detail:
        event.add("description", thing.detail)
    event.add("url", f"{site.rstrip('/')}{thing.url}")
    return event


def _last_hour(period: Period, host: str, site: str) -> Event:
    event = _event(f"period-{period.pk}@{host}", f"Hạn gửi báo cáo kỳ {period.label}")
    event.add("dtstart", period.submit_by.astimezone(UTC))
    event.add("description", in_words(period.submit_by))
    return event


def _event(uid: str, summary: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", timezone.now())
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event
