"""Settings, one typed file. Everything that differs between installations comes from the environment.

Without DATABASE_URL / REDIS_URL the checkout's embedded servers are joined (started if need be).
docs/operations.md lists every variable.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from qms import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = embedded.var()  # what this checkout keeps: servers, files, logs


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    return text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """`postgres://user:password@host:port/name` as Django's dictionary."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("DATABASE_URL must begin with postgres://. No other database is supported.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # safe behind a transaction pooler
        "OPTIONS": {"application_name": "qms"},
    }


# --- servers -----------------------------------------------------------------------------------
# Commands that change the schema log in as the owner; everything else as the role that owns nothing.
COMMAND = sys.argv[1] if len(sys.argv) > 1 and Path(sys.argv[0]).name in {"manage.py", "django-admin"} else ""
AS_OWNER = COMMAND in {"migrate", "flush", "sqlflush"}
NEEDS_SERVERS = COMMAND not in {"help", "compile_translations", "collectstatic", "provision", "translations"}

DATABASE_URL, REDIS_URL = text("DATABASE_URL"), text("REDIS_URL")
DATABASE_OWNER_URL = text("DATABASE_OWNER_URL", DATABASE_URL)
if not (DATABASE_URL and REDIS_URL) and NEEDS_SERVERS:
    servers = embedded.join()
    DATABASE_OWNER_URL = DATABASE_OWNER_URL or servers.owner_url
    DATABASE_URL, REDIS_URL = DATABASE_URL or servers.database_url, REDIS_URL or servers.redis_url
DATABASE_URL = DATABASE_URL or "postgres://nobody@127.0.0.1/none"
DATABASES = {"default": database((DATABASE_OWNER_URL or DATABASE_URL) if AS_OWNER else DATABASE_URL)}
APP_ROLE = str(database(DATABASE_URL)["USER"])
EMBEDDED = not os.environ.get("DATABASE_URL")

# --- security ----------------------------------------------------------------------------------
PRODUCTION = flag("QMS_PRODUCTION", default=not EMBEDDED)
DEBUG = False
SECRET_KEY = text("SECRET_KEY") or ("" if PRODUCTION else embedded.secret_key())
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or ([] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
SITE_ADDRESS = text("SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")  # used in mails and QR codes
SECURE = PRODUCTION and not flag("QMS_PLAIN_HTTP")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # asked by the machine next door, without TLS
SECURE_HSTS_SECONDS = int(text("QMS_HSTS_SECONDS") or 31_536_000) if SECURE else 0
# Hosts below ours, or beside us below a shared name, are not ours to bind.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE and flag("QMS_HSTS_SUBDOMAINS")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the same two
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("QMS_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "qms.views.stale_form"
# QMS_OPENID_PROVIDERS: JSON list of {"provider_id", "name", "client_id", "secret", "server_url"[, "authorize_origin"]}
OPENID_PROVIDERS = json.loads(text("QMS_OPENID_PROVIDERS", "[]"))
SIGN_ON_ORIGINS = [
    app.get("authorize_origin") or "{0.scheme}://{0.netloc}".format(urlsplit(app["server_url"]))
    for app in OPENID_PROVIDERS
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *SIGN_ON_ORIGINS],  # browsers apply it to the redirect of a sign-on as well
    }
}

# --- applications ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "qms.apps.OfficeAdminConfig",
    "qms.apps.QmsConfig",
    "audits",
    "processes",
    "documents",
    "tenants",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_fsm",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django_prose_editor",  # for its files; qms/static/editor.js builds the editor out of them
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenants.middleware.AgencyMiddleware",
    "qms.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qms.context.desk",
            ],
            "builtins": ["qms.templatetags.office", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "qms.forms.OfficeRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "tenants.User"
SIMPLE_HISTORY_ENABLED = True
SIMPLE_HISTORY_REVERT_DISABLED = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- accounts ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "choose_agency"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "tenants.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = "tenants.accounts.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by the agency, nobody signs up
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever has the account hears when its password or second step changes
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before an address or a password changes
ALLAUTH_TRUSTED_PROXY_COUNT = int(text("QMS_PROXY_COUNT", "0"))
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # accounts are opened by the agency; an unconfirmed address must not bar the second step
)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "ISO điện tử"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": app["provider_id"],
                "name": app["name"],
                "client_id": app["client_id"],
                "secret": app["secret"],
                "settings": {"server_url": app["server_url"]},
            }
            for app in OPENID_PROVIDERS
        ],
    }
}
SOCIALACCOUNT_ONLY = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "qms" / "locale", BASE_DIR / "qms" / "locale_packages"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["qms.formats"]

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(text("STATIC_ROOT") or VAR / "static")
MEDIA_ROOT = Path(text("MEDIA_ROOT") or VAR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
UPLOAD_LARGEST = int(text("QMS_UPLOAD_LARGEST_MB", "50")) * 2**20  # bytes of one document
READERS = int(text("QMS_READERS", "3"))  # child processes that read files at once on this machine, 1 GB each
UPLOAD_LARGEST_ARCHIVE = 500 * 2**20  # bytes of a ZIP of papers to import, and of all that is in it
FILE_UPLOAD_HANDLERS = [
    "qms.uploads.WithinLimits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMAV_ADDRESS = text("CLAMAV_ADDRESS")  # host:port or the path of a socket; every upload is scanned there

# --- Redis, Celery, mail, log ------------------------------------------------------------------
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "qms"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_RESULT_EXPIRES = 24 * 3600
CELERY_TASK_ACKS_LATE = True  # a worker killed in the middle leaves its job to the next one
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_IGNORE_RESULT = True  # only the audit report is watched, and says so itself
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

EMAIL_HOST = text("EMAIL_HOST")
EMAIL_PORT = int(text("EMAIL_PORT", "587"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = text("EMAIL_HOST_USER"), text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
# Without a mail server nothing leaves the machine; every mail can be read in the browser ("My mail").
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "ISO điện tử <iso@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "WARNING")},
    "loggers": {
        "qms": {"level": "INFO"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

# --- this office -------------------------------------------------------------------------------
PROVINCE_NAME = text("QMS_PROVINCE", "Tỉnh Hòa Giang")
HELP_PHONE = text("QMS_HELP_PHONE", "1900 0000")
RETENTION_COUNTED_FROM = text(
    "QMS_RETENTION_COUNTED_FROM", "year_end"
)  # documents.retention.CountedFrom, for new series
EXPORT_DAYS = int(text("QMS_EXPORT_DAYS", "7"))  # an archive of the whole set is kept for whoever asked
