"""Settings, from the environment only. docs/run/settings.md says what each VIDENSBRO_ variable does."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from vidensbro.hub.common import data, environment
from vidensbro.hub.config import federation, sign_in
from vidensbro.hub.config.databases import database
from vidensbro.hub.config.files import file_storage
from vidensbro.hub.config.logs import logging_config

HUB = Path(__file__).resolve().parent.parent

VIDENSBRO_DATA = environment.data_folder()
VIDENSBRO_BASE_URL = environment.text("BASE_URL", "http://localhost:8000").rstrip("/")
VIDENSBRO_THEME = environment.theme()
VIDENSBRO_HOME_COUNTRY = environment.text("HOME_COUNTRY", "DK").upper()
VIDENSBRO_INDEX = environment.search_engine()
VIDENSBRO_EMBEDDER = environment.text("EMBEDDER", "minilm")
VIDENSBRO_EMBEDDER_KEY = environment.text("EMBEDDER_KEY")
VIDENSBRO_RANKER = environment.choice("RANKER", ("auto", "off"))
VIDENSBRO_FETCH_CONTACT = environment.text("FETCH_CONTACT")
VIDENSBRO_OPENALEX_KEY = environment.text("OPENALEX_KEY")
VIDENSBRO_ROR_CLIENT_ID = environment.text("ROR_CLIENT_ID")
VIDENSBRO_CVR_USER = environment.text("CVR_USER")
VIDENSBRO_CVR_PASSWORD = environment.text("CVR_PASSWORD")
VIDENSBRO_ORCID_CLIENT_ID = environment.text("ORCID_CLIENT_ID")
VIDENSBRO_ORCID_CLIENT_SECRET = environment.text("ORCID_CLIENT_SECRET")
VIDENSBRO_VISITOR_PAGES = environment.flag("VISITOR_PAGES", True)
VIDENSBRO_EMBEDDER_THREADS = environment.number("EMBEDDER_THREADS", 0, 0, 256)
VIDENSBRO_ASKS_PER_MONTH = environment.number("ASKS_PER_MONTH", 4, 0, 31)
VIDENSBRO_ASK_DAYS = environment.number("ASK_DAYS", 14, 5, 90)
VIDENSBRO_COAUTHOR_YEARS = environment.number("COAUTHOR_YEARS", 3, 0, 50)
VIDENSBRO_QUIET_DAYS = environment.number("QUIET_DAYS", 90, 7, 3650)
VIDENSBRO_FEED_REQUESTS = environment.number("FEED_REQUESTS", 600, 0, 1_000_000)
VIDENSBRO_WEBSUB_HUB = environment.address("WEBSUB_HUB")
VIDENSBRO_MERGE_FROM = environment.number("MERGE_FROM", 85, 0, 100)
VIDENSBRO_FILE_MEGABYTES = environment.number("FILE_MEGABYTES", 20, 1, 2000)
VIDENSBRO_FILE_ZIP = environment.flag("FILE_ZIP")
VIDENSBRO_RETENTION_MAIL_DAYS = environment.number("RETENTION_MAIL_DAYS", 30, 1, 3650)
VIDENSBRO_RETENTION_TEXT_DAYS = environment.number("RETENTION_TEXT_DAYS", 365, 30, 3650)
VIDENSBRO_RETENTION_ACCOUNT_DAYS = environment.number("RETENTION_ACCOUNT_DAYS", 180, 1, 3650)
VIDENSBRO_RETENTION_LOG_YEARS = environment.number("RETENTION_LOG_YEARS", 5, 1, 30)

DEBUG = environment.flag("DEBUG")
SECRET_KEY = lazy(data.secret_key, str)()
ALLOWED_HOSTS = environment.hosts(VIDENSBRO_BASE_URL)
ROOT_URLCONF = "vidensbro.hub.config.urls"
WSGI_APPLICATION = "vidensbro.hub.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_IS_HTTPS = VIDENSBRO_BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    *sign_in.APPS,
    "csp",
    "django_htmx",
    "vidensbro.hub.ui",
    "vidensbro.hub.outbox",
    "vidensbro.hub.audit",
    "vidensbro.hub.mail",
    "vidensbro.hub.files",
    "vidensbro.hub.accounts",
    "vidensbro.hub.accounts.federation",
    "vidensbro.hub.directory",
    "vidensbro.hub.knowledge",
    "vidensbro.hub.needs",
    "vidensbro.hub.imports",
    "vidensbro.hub.matches",
    "vidensbro.hub.introductions",
    "vidensbro.hub.collaborations",
    "vidensbro.hub.newsroom",
    "vidensbro.hub.desk",
    "vidensbro.hub.web",
    "vidensbro.hub.config",
]

MIDDLEWARE = [
    "vidensbro.hub.common.requests.RequestIdMiddleware",
    "vidensbro.hub.web.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "vidensbro.hub.web.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vidensbro.hub.newsroom.middleware.FeedsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "vidensbro.hub.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vidensbro.hub.directory.middleware.ActorMiddleware",
    "vidensbro.hub.accounts.middleware.SecondFactorMiddleware",
    "vidensbro.hub.accounts.middleware.LastUsedMiddleware",
    "vidensbro.hub.web.visitor_pages.VisitorPagesMiddleware",
    "vidensbro.hub.web.middleware.HubErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "vidensbro.hub.config.context.site",
            ],
        },
    }
]

# --- database, cache --------------------------------------------------------------------------------------
DATABASES = {"default": database(VIDENSBRO_DATA)}
# What all processes must know (attempts to sign in, codes that were used) lies in the database; pages that are
# kept to save work are each process's own (`common.caching.pages`).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    # Documents of a few hundred kilobytes each.
    "feeds": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "feeds",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
    # The same, but several megabytes where a release has many pictures.
    "pdfs": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pdfs",
        "OPTIONS": {"MAX_ENTRIES": 50},
    },
}

# --- signing in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = sign_in.BACKENDS
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
VIDENSBRO_SIGN_UP = environment.choice("SIGN_UP", ("open", "invited", "closed"))
VIDENSBRO_SECOND_FACTOR: frozenset[str] = sign_in.roles(environment.text("SECOND_FACTOR"))
VIDENSBRO_SIGN_IN_ATTEMPTS = environment.number("SIGN_IN_ATTEMPTS", 6, 1, 1000)
vars().update(
    sign_in.sign_in_settings(
        attempts=VIDENSBRO_SIGN_IN_ATTEMPTS,
        base_url=VIDENSBRO_BASE_URL,
        site_name=VIDENSBRO_THEME.name,
        proxies=int(environment.flag("BEHIND_PROXY")),
    )
)
VIDENSBRO_SIGN_IN = federation.providers(VIDENSBRO_DATA)
vars().update(federation.ALLAUTH)

# --- sessions, transport ----------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "vidensbro_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_FAILURE_VIEW = "vidensbro.hub.web.errors.forged"
CSRF_COOKIE_NAME = "vidensbro_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_TRUSTED_ORIGINS = [VIDENSBRO_BASE_URL]
LANGUAGE_COOKIE_NAME = "vidensbro_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = SITE_IS_HTTPS
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
# The probe of a load balancer or container comes over plain HTTP from the same machine.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SITE_IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if environment.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# The limit stands first: what is too large is refused before it is read.
FILE_UPLOAD_HANDLERS = [
    "vidensbro.hub.files.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
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
        "object-src": [NONE],
    }
}

# --- language, time ---------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", "Europe/Copenhagen")
LANGUAGE_CODE = environment.choice("LANGUAGE", ("da", "en"))
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [HUB / "locale"]
FORMAT_MODULE_PATH = ["vidensbro.hub.ui.formats"]

# --- files ------------------------------------------------------------------------------------------------
MEDIA_ROOT = VIDENSBRO_DATA / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = environment.text("STATIC_ROOT") or None
# Without a folder of collected files they are served straight from the program: no step after an upgrade.
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 60 * 60
# Fonts in the forms that only browsers of long ago ask for: packing them took nine tenths of the first start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf", "otf", "eot")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": file_storage(VIDENSBRO_DATA / "files"),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- mail, logs -------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "vidensbro@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = str(VIDENSBRO_DATA / "mail")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if environment.text("EMAIL_URL"):
    vars().update(environment.ENV.email_url_config(environment.text("EMAIL_URL")))
VIDENSBRO_EMAIL_TIMEOUT = EMAIL_TIMEOUT = environment.number("EMAIL_TIMEOUT", 60, 1, 600)
VIDENSBRO_EMAIL_RATE = environment.number("EMAIL_RATE", 10, 0, 1000)
VIDENSBRO_COUNT_LINKS = environment.flag("COUNT_LINKS")
VIDENSBRO_DKIM_KEY_FILE = environment.text("DKIM_KEY_FILE")
VIDENSBRO_DKIM_SELECTOR = environment.text("DKIM_SELECTOR")
VIDENSBRO_DKIM_DOMAIN = environment.text("DKIM_DOMAIN")
VIDENSBRO_METRICS_TOKEN = environment.text("METRICS_TOKEN")
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(
    environment.choice("LOG_FORMAT", ("text", "json")), environment.text("LOG_LEVEL", "INFO")
)
