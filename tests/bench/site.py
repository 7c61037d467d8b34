"""A site of its own: the signed programme in a fresh database, an open period, and a server to be killed.

Every server is forked from this process, in which Django is loaded already and no connection is open.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import waitress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.utils import timezone

from baocao import periods, reporting
from baocao.models import Asked, Period
from chuongtrinh import loader
from chuongtrinh.models import User
from phancong.models import Unit

CSRF = "a" * 32
PAGE = "/viec-cua-toi/"
LOST = (OSError, HTTPException)
"""How a client learns that its server is gone."""


class Site:
    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        programme = loader.load().programme
        rules = reporting.rules_of(programme)
        today = timezone.localdate()
        span = next(one for one in periods.spans_on(today, rules) if str(one.kind) == "month")
        self.period: Period = reporting.open_period(programme, span.key, None)
        asked = list(Asked.objects.filter(period=self.period, share=False).order_by("pk"))
        busiest = Counter(row.unit_id for row in asked).most_common(1)[0][0]
        self.unit = Unit.objects.get(pk=busiest)
        self.asked = [row for row in asked if row.unit_id == busiest]
        head = User.objects.create(
            username="truong", role=User.Role.HEAD, committee=programme.committee, unit=self.unit
        )
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={_session(head)}; csrftoken={CSRF}"
        self.application = get_wsgi_application()
        client = Client()
        client.force_login(head)  # every template and rule is loaded before the first fork
        assert client.get(PAGE).status_code == 200
        for name in ("django.request", "django.db.models"):  # refusals are what is measured
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.server = self.port = 0
        connections.close_all()

    def start(self) -> None:
        connections.close_all()
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = listener.getsockname()[1]
        self.server = os.fork()
        if self.server == 0:
            try:
                waitress.serve(self.application, sockets=[listener], threads=8, ident="")
            finally:
                os._exit(1)
        listener.close()  # the server's alone: when it dies, so does every connection to it

    def kill(self) -> None:
        os.kill(self.server, signal.SIGKILL)
        os.waitpid(self.server, 0)

    def answers(self, *, within: float = 60) -> bool:
        """Whether the restarted site shows the head's page, cards and all."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                status, body = self.connect().ask("GET", PAGE)
            except LOST:
                continue
            if status == 200 and b'id="cap-nhat"' in body:
                return True
        return False

    def connect(self) -> Line:
        return Line(self)


class Line:
    """One browser's connection, signed in as the head."""

    def __init__(self, site: Site) -> None:
        self.http = HTTPConnection("127.0.0.1", site.port, timeout=120)
        self.cookie = site.cookie

    def ask(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF, **headers}
        self.http.request(method, path, body=body, headers=headers)
        answer = self.http.getresponse()
        return answer.status, answer.read()

    def post(
        self,
        path: str,
        fields: dict[str, str],
        *,
        file: tuple[str, bytes] | None = None,
        script: bool = False,
    ) -> tuple[int, bytes]:
        """Send a form as the page does, or as its script does (``script``)."""
        more = {"X-Requested-With": "fetch"} if script else {}
        if file is None:
            kind = "application/x-www-form-urlencoded"
            return self.ask("POST", path, urlencode(fields), **{"Content-Type": kind}, **more)
        edge = "a-line-between-two-parts"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        name, content = file
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="a.pdf"\r\n\r\n'.encode()
        body = b"".join([*parts, head, content, f"\r\n--{edge}--\r\n".encode()])
        kind = f"multipart/form-data; boundary={edge}"
        return self.ask("POST", path, body, **{"Content-Type": kind}, **more)


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
