"""Django's settings.  What people may set is in `environment`."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from premura import environment, keys

HERE = Path(__file__).parent
GIVEN = environment.read()
HOME: Path = GIVEN["PREMURA_HOME"]
DEMO: bool = GIVEN["PREMURA_DEMO"]
DEBUG: bool = GIVEN["PREMURA_DEBUG"]
KEYS: tuple[str, ...] = GIVEN["PREMURA_KEYS"] or keys.kept_under(HOME)
SECRET_KEY = keys.derive(KEYS[0], "django")
SECRET_KEY_FALLBACKS = [keys.derive(key, "django") for key in KEYS[1:]]
# Browsers keep passkeys for a name, never for a bare address.
HOST = "localhost" if GIVEN["HOST"] == "127.0.0.1" else GIVEN["HOST"]
PUBLIC_URL: str = GIVEN["PREMURA_URL"] or f"http://{HOST}:{GIVEN['PORT']}"
DRAINS: int = GIVEN["PREMURA_DRAINS"]
THREADS: int = GIVEN["PREMURA_THREADS"]
KEEP_DELIVERIES_DAYS: int = GIVEN["PREMURA_KEEP_DELIVERIES_DAYS"]
READER: environment.Reader | None = GIVEN["PREMURA_READER"]
READER_KEY: str = GIVEN["PREMURA_READER_KEY"]


def database(url: str) -> dict[str, Any]:
    """Return Django's description of the database at `url`."""
    at = urlsplit(url)
    options = dict(parse_qsl(at.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.path.lstrip("/") or options.pop("dbname", "premura"),
        "USER": unquote(at.username or options.pop("user", "")),
        "PASSWORD": unquote(at.password or options.pop("password", "")),
        "HOST": at.hostname or options.pop("host", ""),
        "PORT": str(at.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def embedded() -> str:
    """Return where the embedded server that runs under HOME can be reached, as it noted itself."""
    noted = HOME / "database-url"
    return noted.read_text().strip() if noted.exists() else "postgresql:///premura"


DATABASES = {"default": database(GIVEN["DATABASE_URL"] or embedded())}
# One for all web processes: the door's limits hold however many there are.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "premura_cache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "premura",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of passkeys says when each was used
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "premura.web.squeeze.Squeeze",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "premura.web.language.SpeakTheirLanguage",
    "django.middleware.common.CommonMiddleware",
    "premura.web.typed.WithoutNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "premura.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "premura.web.desk.around",
            ],
        },
    }
]

AUTH_USER_MODEL = "premura.Agent"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "premura.web.account.NobodySignsUpByThemselves"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts, in the database, where every process sees it
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Premura"
MFA_TOTP_TOLERANCE = 1  # phones' clocks are a little off; one step is what RFC 6238 recommends
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC_URL.startswith("https")
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "premura.web.account.who_tries"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

ALLOWED_HOSTS = ["*"] if not GIVEN["PREMURA_URL"] else [urlsplit(PUBLIC_URL).hostname or "", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https")
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "https:", "http:"] if DEMO or DEBUG else [SELF, "data:", "https:"],
        "media-src": [SELF, "https:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    "premura.jobs.deciding",
    "premura.jobs.drain",
    "premura.jobs.playground",
    "premura.jobs.listening",
    "premura.jobs.reading",
    "premura.jobs.steps",
    "premura.jobs.timetable",
]

LANGUAGES = [("it", _("Italian")), ("en", _("English"))]
LANGUAGE_CODE = "it"
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Rome"

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = None  # nothing is collected: WhiteNoise serves the files from where they lie
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "premura": {"level": "INFO"},
        # Procrastinate and httpx would write job arguments and addresses.
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
