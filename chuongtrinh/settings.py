"""Settings: one file, everything that may differ between offices comes from the environment.

The environment is read from real variables first, then from ``<VAR_DIR>/.env`` (written by ``make run``
for a trial on one's own machine). Without SECRET_KEY and ALLOWED_HOSTS nothing starts: see .env.example.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from chuongtrinh.log import without_traceback

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(environ.Env):
    """Says in one line which variable it cannot read; an empty one counts as not given."""

    def bool(self, var: str, default: bool = False) -> bool:
        text = self.str(var, default="").strip().lower()
        if text not in ("", "true", "yes", "on", "1", "false", "no", "off", "0"):
            raise ImproperlyConfigured(f"{var} phải là true hoặc false, đang là “{text}”.")
        return text in ("true", "yes", "on", "1") if text else default

    def db(self, var: str, default: str) -> dict:
        # The address may hold a password: what is wrong with it is told without it.
        fault = f"{var} phải có dạng postgres://nguoidung:matkhau@maychu:5432/ten hoặc sqlite:///duong/dan."
        address = self.str(var, default="").strip() or default
        if address.partition(":")[0] not in ("postgres", "postgresql", "sqlite"):
            raise ImproperlyConfigured(fault)
        try:
            found = self.db_url_config(address)
        except ValueError:
            found = {}
        if not found.get("NAME"):
            raise ImproperlyConfigured(fault)
        return found

    def mail(self, var: str, kept_in: Path) -> dict:
        """Where mail goes; without an address of a server, into files."""
        # The address may hold a password: what is wrong with it is told without it.
        fault = f"{var} phải có dạng smtp+tls://nguoidung:matkhau@maychu:587 (hoặc smtp://, smtp+ssl://)."
        address = self.str(var, default="").strip()
        if not address:
            backend = "django.core.mail.backends.filebased.EmailBackend"
            return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": kept_in}
        scheme = address.partition(":")[0]
        if scheme not in MAIL_PORTS:
            raise ImproperlyConfigured(fault)
        try:
            found = self.email_url_config(address)
        except ValueError:
            found = {}
        if not found.get("EMAIL_HOST"):
            raise ImproperlyConfigured(fault)
        found["EMAIL_PORT"] = found.get("EMAIL_PORT") or MAIL_PORTS[scheme]
        return found


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}

env = Env()
VAR_DIR = BASE_DIR / env.str("VAR_DIR", default="var")
env.read_env(VAR_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
# Plain HTTP on this machine alone (make run): cookies go without Secure.
LOCAL_HTTP = env.bool("LOCAL_HTTP", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not SECRET_KEY or not ALLOWED_HOSTS:
    missing = " và ".join(
        name for name, value in (("SECRET_KEY", SECRET_KEY), ("ALLOWED_HOSTS", ALLOWED_HOSTS)) if not value
    )
    raise ImproperlyConfigured(
        f"thiếu biến môi trường {missing}. Chạy thử trên máy này: make run. Chạy thật: theo .env.example."
    )

# A monitor on the same machine asks for /healthz by the machine's own name.
ALLOWED_HOSTS += [name for name in ("127.0.0.1", "localhost") if name not in ALLOWED_HOSTS]
# Everything shown is invented (make demo): each page says so, on paper too.
SAMPLE_DATA = env.bool("SAMPLE_DATA", default=False)

INSTALLED_APPS = [
    "chuongtrinh",
    "nhiemvu",
    "phancong",
    "baocao",
    "chuongtrinh.apps.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "chuongtrinh.nul.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "chuongtrinh.urls"
WSGI_APPLICATION = "chuongtrinh.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "phancong.context.frame",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'chuongtrinh.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Several people write at once on one small server: readers never wait (WAL), writers queue (IMMEDIATE),
    # and what was acknowledged outlives a power cut (FULL).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    # Kept open, and with it the files beside the database: on a full disk they could not be made to read it.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "chuongtrinh.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "dang-nhap"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "dang-nhap"

# Five wrong passwords in 15 minutes lock the account, whatever address they come from, and twenty lock the
# address (chuongtrinh.sign_in). What is tried while the lock holds does not make it last longer.
AXES_HANDLER = "chuongtrinh.sign_in.LockoutHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_CALLABLE = "chuongtrinh.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "chuongtrinh" / "locale"]
FORMAT_MODULE_PATH = ["chuongtrinh.formats"]
# Off: otherwise templates print years, ids and data attributes as "2.026"; LocalDecimalField reads "1.234,5".
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# Proofs of what units report, outside static: each file under the hash of its content (baocao.evidence).
EVIDENCE_DIR = VAR_DIR / "evidence"
EVIDENCE_LIMIT = env.int("EVIDENCE_LIMIT_MB", default=20) * 1024 * 1024

# Reminders (manage.py send_reminders): by the mail server of the office, otherwise as files.
MAIL_GOES_OUT = bool(env.str("EMAIL_URL", default="").strip())
vars().update(env.mail("EMAIL_URL", VAR_DIR / "mail"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or "nhac-viec@localhost"
if MAIL_GOES_OUT and DEFAULT_FROM_EMAIL.endswith("@localhost"):
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL phải có khi đặt EMAIL_URL: địa chỉ mà thư gửi đi.")
# The site's own address, as people type it, for the link in a message; without it the page is named.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
if SITE_URL and not SITE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SITE_URL phải bắt đầu bằng https://, ví dụ https://chuongtrinh.example.vn.")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # manage.py serve collects the files itself on one's own machine, under the names that they have here.
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if LOCAL_HTTP or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL_HTTP
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=not LOCAL_HTTP)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the monitor asks by plain HTTP
SECURE_HSTS_SECONDS = 0 if LOCAL_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", default=not LOCAL_HTTP)
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "without_traceback": {"()": "django.utils.log.CallbackFilter", "callback": without_traceback}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_traceback"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Each wrong password and each lockout is kept in the table of attempts.
        "axes": {"level": "ERROR"},
        # A request that waits for a thread is no fault: a page brings several files at once.
        "waitress.queue": {"level": "ERROR"},
    },
}
# axes.W006 wants the address among the parameters: the handler above counts it, with a limit of its own.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
