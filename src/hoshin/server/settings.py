"""The settings of a running Hoshin. What an organisation may choose comes from HOSHIN_… variables."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from hoshin.surfaces.pdf.fonts import FOLDER as FONTS

from . import secret, sqlite

if not sqlite.is_safe():
    raise RuntimeError(
        f"SQLite {'.'.join(map(str, sqlite.library_version()))} may corrupt its write-ahead log; "
        f"{'.'.join(map(str, sqlite.SAFE_FROM))} or newer is needed (the pysqlite3 wheel of constraints.txt carries it)."
    )

HOSHIN_HOME = Path(os.environ.get("HOSHIN_HOME", "var")).resolve()
HOSHIN_DEMO = os.environ.get("HOSHIN_DEMO", "") == "1"
HOSHIN_HOME.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = secret.kept_in(HOSHIN_HOME / "keys" / "web.key")
ALLOWED_HOSTS = os.environ.get("HOSHIN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("HOSHIN_ORIGINS", "").split(",") if origin]
SECURE_TRANSPORT = os.environ.get("HOSHIN_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "hoshin.kernel.trail",
    "hoshin.kernel.organization",
    "hoshin.kernel.access",
    "hoshin.kernel.records",
    "hoshin.surfaces.web",
    "hoshin.kernel.products",
    "hoshin.kernel.measuring",
    "hoshin.surfaces.search",
    "hoshin.surfaces.notifications",
    "hoshin.surfaces.api",
    "hoshin.methods.root_cause",
    "hoshin.methods.effectiveness",
    "hoshin.processes.nonconformity",
    "hoshin.processes.capa",
    "hoshin.processes.spc",
    "hoshin.processes.msa",
    "hoshin.processes.sampling",
    "hoshin.processes.analysis",
    "hoshin.interactions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hoshin.kernel.access.middleware.Identify",
    "hoshin.surfaces.web.local.LocalTime",
    "hoshin.kernel.access.policy.DenyByDefault",
]

ROOT_URLCONF = "hoshin.server.urls"
WSGI_APPLICATION = "hoshin.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hoshin.surfaces.web.shell.shell",
            ],
        },
    }
]

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA mmap_size=0;"


def sqlite_database(mode: str, pragmas: str) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOSHIN_HOME / "hoshin.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": mode, "timeout": 20, "init_command": pragmas},
    }


DATABASES = {
    "default": sqlite_database("IMMEDIATE", SQLITE_PRAGMAS),
    # Long reads (exports, verification) take a snapshot here and never make a writer wait.
    "readonly": {
        **sqlite_database("DEFERRED", SQLITE_PRAGMAS + " PRAGMA query_only=ON;"),
        "TEST": {"MIRROR": "default"},
    },
}
# The alias that long reads use.
HOSHIN_READS = "readonly"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organization.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TRANSPORT
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TRANSPORT else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
# A translated catalogue (hoshin texts) lies in LANGUAGE/LC_MESSAGES below; its language is named above.
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
TIME_ZONE = os.environ.get("HOSHIN_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["hoshin.server.formats"]

STATIC_URL = "static/"
STATIC_ROOT = None  # served from the packages themselves, nothing is collected
STATICFILES_DIRS = [("hoshin/fonts", FONTS)]
CSRF_FAILURE_VIEW = "hoshin.surfaces.web.errors.stale"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Mail is sent only where a sender is named.
HOSHIN_MAIL_FROM = os.environ.get("HOSHIN_MAIL_FROM", "")
HOSHIN_ADDRESS = os.environ.get("HOSHIN_ADDRESS", "").rstrip("/")
EMAIL_HOST = os.environ.get("HOSHIN_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("HOSHIN_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("HOSHIN_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HOSHIN_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HOSHIN_MAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 20

DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SILENCED_SYSTEM_CHECKS: list[str] = []

# Without this, a failure behind a page would leave no trace: Django writes it down only while debugging.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": True}},
}
