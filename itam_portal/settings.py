"""Settings, read from the environment and secure unless told otherwise. README.md lists every variable."""

from pathlib import Path

import pghistory
import structlog
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

# `make run` writes .data/local.env, so that every command finds the running server without a variable.
env = Env()
env.read_env(BASE_DIR / ".data" / "local.env", recurse=False)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "" if not DEBUG else "only-for-debugging-" + "x" * 50)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])

# Plain HTTP is for the loopback only: cookies lose their Secure flag.
PLAIN_HTTP = env.bool("PLAIN_HTTP", False)
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else env.int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
# Probes inside the data centre speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_HTTPS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "django_tables2",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "itam_portal",
    "itam_portal.tenancy",
    "itam_portal.history",
    "itam_portal.lists",
    "itam_portal.mail",
    "roles",
    "organizations",
    "accounts",
    "users",
    "invitations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AccessKeyMiddleware",
    "accounts.middleware.TenantMiddleware",
]

ROOT_URLCONF = "itam_portal.urls"
WSGI_APPLICATION = "itam_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["itam_portal.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# The serving role; "owner" exists only where OWNER_DATABASE_URL is given: for migrations and the demo.
_pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 10}
_database = env.dj_db_url("DATABASE_URL", "postgresql://itam_app@/itam_portal")
DATABASES = {"default": {**_database, "CONN_MAX_AGE": 0, "OPTIONS": {**_database.get("OPTIONS", {}), "pool": _pool}}}
if env.str("OWNER_DATABASE_URL", ""):
    DATABASES["owner"] = env.dj_db_url("OWNER_DATABASE_URL")
DATABASE_ROUTERS = ["itam_portal.tenancy.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "itam_cache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}

# Where mail goes: a server, or for development a folder.
MAIL_FOLDER = env.str("MAIL_FOLDER", "")
_mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = "itam_portal.mail.folder.FolderBackend" if MAIL_FOLDER else _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "ITAM Portal <itam-portal@localhost>")

PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False
# An entry is found by time or by object; an index on each of its keys would only slow bulk changes.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

AUTH_USER_MODEL = "accounts.Identity"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.SignInBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.sign_in.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Failures are counted by accounts.sign_in, in the database.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "accounts.sign_in.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# One step of thirty seconds to either side: clocks differ.
MFA_TOTP_TOLERANCE = 1

# A session ends this many seconds after its last request.
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 12 * 3600)
SESSION_ENGINE = "itam_portal.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Calls of the API within a minute: of one key, and of all keys of a tenant together.
API_CALLS_A_MINUTE_KEY = env.int("API_CALLS_A_MINUTE_KEY", 3_000)
API_CALLS_A_MINUTE_TENANT = env.int("API_CALLS_A_MINUTE_TENANT", 6_000)

# A new language is a folder below locale/: nothing else needs to change.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
_languages = {"en", *(path.name.replace("_", "-").lower() for path in LOCALE_PATHS[0].glob("[a-z]*") if path.is_dir())}
LANGUAGES = sorted((code, LANG_INFO.get(code, {}).get("name_local", code)) for code in _languages)
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}

# Selections hold many boxes; a form of a whole page of 200 rows and its filters stays far below this.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = [
    "itam_portal.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The address is unique in any case, by a constraint on lower(email), which the check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
