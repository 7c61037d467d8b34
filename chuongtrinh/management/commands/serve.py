"""Serve the site with waitress; with --setup first everything that a trial on one's own machine needs."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from chuongtrinh import loader
from chuongtrinh.management.commands.create_role_accounts import NewAccount, create_accounts
from chuongtrinh.models import Programme, User


class Command(BaseCommand):
    help = "Chạy máy chủ web; --setup: tạo cơ sở dữ liệu, nạp chương trình và tài khoản nếu chưa có."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--setup", action="store_true")
        parser.add_argument("--sample", action="store_true", help="với --setup: thêm dữ liệu minh họa")
        parser.add_argument("--until", default="", metavar="YYYY-MM-DD", help="dữ liệu minh họa đến ngày nào")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], str(options["port"])
        # Held from now on: nobody can take the port while the data is prepared.
        listener = _listen(host, int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 0)
        try:
            if options["setup"]:
                self._setup()
                if options["sample"]:
                    call_command("load_sample", until=options["until"], stdout=self.stdout)
            self._static_files()
            self.stdout.write(f"Mở trình duyệt: http://{host}:{port}/   (dừng: Ctrl+C)")
            self.stdout.flush()
            waitress.serve(get_wsgi_application(), sockets=[listener], threads=8, ident="")
        finally:
            listener.close()

    def _setup(self) -> None:
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                self.stdout.write("Đang tạo cơ sở dữ liệu…")
                self.stdout.flush()
                call_command("migrate", verbosity=0, interactive=False)
            if not Programme.objects.exists():
                programme = loader.load().programme
                self.stdout.write(f"Đã nạp {programme}.")
            kept = Path(settings.VAR_DIR) / "accounts.txt"
            if not User.objects.exists():
                self._accounts(kept)
            elif kept.is_file():
                self.stdout.write(f"Tên đăng nhập và mật khẩu lúc đầu: xem {kept}")
        except loader.LoadError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(loader.database_trouble(error)) from None
        except OSError as error:
            raise CommandError(f"Không ghi được vào {settings.VAR_DIR}: {error.strerror}.") from None

    def _static_files(self) -> None:
        """On one's own machine collect and compress them at every start; a real office does it on upgrade."""
        if settings.LOCAL_HTTP:
            try:
                call_command("collectstatic", verbosity=0, interactive=False)
            except OSError as error:
                raise CommandError(f"Không ghi được vào {settings.STATIC_ROOT}: {error.strerror}.") from None
        elif not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
            raise CommandError(
                f"Chưa có tệp giao diện ở {settings.STATIC_ROOT}. Chạy trước:"
                " python manage.py collectstatic --noinput"
            )

    def _accounts(self, path: Path) -> None:
        programme = Programme.objects.select_related("committee").latest("pk")
        with transaction.atomic():  # no accounts without their file: the passwords stand nowhere else
            accounts = create_accounts(programme.committee)
            write_accounts(path, accounts)
        self.stdout.write(f"Tài khoản (cũng ghi ở {path}): tên đăng nhập, vai trò, đơn vị, mật khẩu")
        for account in accounts:
            self.stdout.write(str(account))


def write_accounts(path: Path, accounts: list[NewAccount]) -> None:
    """Write one account a line, readable by the owner alone; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".accounts-")  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(f"{account}\n" for account in accounts)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, or a CommandError that says what to do."""
    if not 0 < port < 65536:
        raise CommandError("Số cổng không hợp lệ: chọn từ 1024 đến 65535, ví dụ PORT=8001 make run")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 8001
            raise CommandError(
                f"Cổng {port} đang có chương trình khác dùng. Chạy: PORT={other} make run"
            ) from None
        if error.errno == errno.EACCES:
            raise CommandError(f"Không được phép mở cổng {port}. Chạy: PORT=8001 make run") from None
        raise CommandError(f"Không mở được {host}:{port}: {error.strerror}.") from None
    return listener
