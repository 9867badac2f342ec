"""Settings of the whole product, read from the environment. docs/configuration.md describes each."""

import hashlib
import socket
import ssl
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from kombu.entity import Queue
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from classroom.environment import (
    is_by_tls,
    read_bool,
    read_choice,
    read_database,
    read_identity_provider,
    read_int,
    read_list,
    read_redis,
    read_text,
)
from classroom.languages import SOURCE, offered

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = read_bool("DEBUG", False)
SECRET_KEY = read_text("SECRET_KEY", "only-for-debugging" if DEBUG else None)
if len(SECRET_KEY) < 32 and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY must be at least 32 characters long.")
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
if "*" in ALLOWED_HOSTS:  # who asks for a mail with a link would choose where the link leads
    raise ImproperlyConfigured("ALLOWED_HOSTS must name each host; * would let mails lead anywhere.")
CSRF_TRUSTED_ORIGINS = read_list("CSRF_TRUSTED_ORIGINS", "")
# Hosts, with or without a port, that `classroom.outbound` may ask in an own network or without TLS.
OUTBOUND_PRIVATE_HOSTS = read_list("OUTBOUND_PRIVATE_HOSTS", "")
# Who sends it as a bearer may read `/metrics`; without one nobody may.
METRICS_TOKEN = read_text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN must be at least 16 characters long.")
BEHIND_TLS = read_bool("BEHIND_TLS", False)
# One server of Redis is enough; a large install has one each for tasks, what waits, and messages to sockets.
BROKER_URL = read_redis("BROKER_URL", instead="REDIS_URL")
MAILBOX_URL = read_redis("MAILBOX_URL", instead="REDIS_URL")
LAYER_URL = read_redis("LAYER_URL", instead="REDIS_URL")
READINGS_A_MESSAGE = read_int("READINGS_A_MESSAGE", 1, most=8)
MODELS_DIR = Path(read_text("MODELS_DIR", str(BASE_DIR / "models")))
LOG_LEVEL = read_text("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = read_choice("LOG_FORMAT", ("plain", "json"))

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "classroom",  # after allauth, whose pages in Django's admin it takes away
    "reports",
    "worker",
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "classroom.middleware.HeadersMiddleware",  # as the two before outside WhiteNoise: for static files too
    "classroom.api.problems.JsonProblemsMiddleware",
    "classroom.doors.ReadableInputMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "classroom.viewer.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "classroom.doors.PatientLoginMiddleware",
    "classroom.doors.RedisAwayMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "classroom.second_factor.SecondFactorMiddleware",
    "classroom.viewer.ViewerMiddleware",
    "classroom.doors.ButtonAddressMiddleware",
]

ROOT_URLCONF = "classroom.urls"
ASGI_APPLICATION = "classroom.asgi.application"

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
            ],
        },
    },
]

# A host without power or network takes no leave: TCP alone waits a quarter of an hour for what it sent, and
# for ever where it only listens. After so many seconds of silence a connection is given up, and made anew.
SILENT_S = 6
ASKS_AFTER_S, ASKS_EVERY_S, ASKS = 2, 2, 2
DATABASES = {
    "default": {
        **read_database("DATABASE_URL"),
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": ASKS_AFTER_S,
            "keepalives_interval": ASKS_EVERY_S,
            "keepalives_count": ASKS,
            "tcp_user_timeout": 1000 * SILENT_S,
        },
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        # Between us and PostgreSQL may be a PgBouncer that lends connections for a transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What redis-py sets on each socket, at the level of TCP.
REDIS_KEEPALIVE = {
    socket.TCP_KEEPIDLE: ASKS_AFTER_S,
    socket.TCP_KEEPINTVL: ASKS_EVERY_S,
    socket.TCP_KEEPCNT: ASKS,
    socket.TCP_USER_TIMEOUT: 1000 * SILENT_S,
}
# Retried once, so that a connection from before a restart of Redis costs no message. No timeout: see
# classroom.wire.redis.async_client.
CHANNEL_REDIS = {
    "address": LAYER_URL,
    "socket_timeout": None,
    "socket_keepalive_options": REDIS_KEEPALIVE,
    "retry": Retry(NoBackoff(), 1),
}
# Stands before all that this install keeps in Redis. Another one that was given the same database of it, by
# mistake, would else take its tasks and snapshots, and record them for students who have the same numbers.
INSTALL = hashlib.sha256(f"install {SECRET_KEY}".encode()).hexdigest()[:12]
# Messages reach everybody on a server of Redis, whatever database it is: those of another install, too.
CHANNEL_PREFIX = f"classpulse-{hashlib.sha256(f'channels {SECRET_KEY}'.encode()).hexdigest()[:12]}"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "classroom.wire.layer.ChannelLayer",
        "CONFIG": {"hosts": [CHANNEL_REDIS], "prefix": CHANNEL_PREFIX},
    },
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": MAILBOX_URL,
        "KEY_PREFIX": INSTALL,
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 2},
    }
}

AUTH_USER_MODEL = "classroom.User"
AUTHENTICATION_BACKENDS = ["classroom.doors.PatientBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# Nobody signs up: an account comes by invitation. classroom/accounts/ holds what is ours about allauth.
ACCOUNT_ADAPTER = "classroom.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "classroom.accounts.reset_links.ResetLinks"  # noqa: S105
ACCOUNT_FORMS = {
    "change_password": "classroom.forms.accounts.OwnPasswordForm",
    "reset_password": "classroom.forms.accounts.ConfirmedResetForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # at a login; an address that somebody adds is always confirmed
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "ClassPulse: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # so that a reset takes as long for an address that nobody has
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BEHIND_TLS else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Passwords wait in services/logins.py. A staff meeting may come from a school's one address.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",  # codes of a second factor, by account
    "change_password": "20/m/user",
    "reauthenticate": "20/m/user",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
}
MFA_ADAPTER = "classroom.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "classroom.forms.accounts.PasskeyForm",
    "authenticate_webauthn": "classroom.forms.accounts.SecondPasskeyForm",
    "login_webauthn": "classroom.forms.accounts.LoginPasskeyForm",
    "reauthenticate_webauthn": "classroom.forms.accounts.AgainPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "ClassPulse"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
REQUIRE_SECOND_FACTOR = read_choice("REQUIRE_SECOND_FACTOR", ("none", "admins", "teachers"))
USERSESSIONS_ADAPTER = "classroom.accounts.adapters.LoginsAdapter"
IDENTITY_PROVIDER = read_identity_provider()
SOCIALACCOUNT_ADAPTER = "classroom.accounts.adapters.IdentityProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [IDENTITY_PROVIDER] if IDENTITY_PROVIDER else []}}
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds without an answer; a page makes at most three requests
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A form's redirect to another origin is forbidden by our own policy. `accounts.pages.provider_login` lets a
# login alone begin so, and says why it may.
SOCIALACCOUNT_LOGIN_ON_GET = True

EMAIL_HOST = read_text("EMAIL_HOST", "")
EMAIL_PORT = read_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = read_text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = read_text("EMAIL_HOST_PASSWORD", "")
EMAIL_SECURITY = read_choice("EMAIL_SECURITY", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_text("EMAIL_FROM", "") or "classpulse@localhost"
if EMAIL_HOST and DEFAULT_FROM_EMAIL == "classpulse@localhost":
    raise ImproperlyConfigured("Set EMAIL_FROM to the address that mail of EMAIL_HOST comes from.")

LOCALE_DIR = Path(read_text("LOCALE_DIR", str(BASE_DIR / "locale")))
LOCALE_PATHS = [LOCALE_DIR]
LANGUAGES = offered(LOCALE_DIR)
LANGUAGE_CODE = SOURCE  # what a catalogue lacks is shown in the language that it was written in
# Of a visitor whose browser asks for none that there is, and of mails to somebody who chose none.
DEFAULT_LANGUAGE = read_choice("DEFAULT_LANGUAGE", tuple(code for code, _name in LANGUAGES))
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(read_text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("networks", MODELS_DIR / "browser")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "classroom.static_files.HashedStaticFiles"},
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 60
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
# The proxy leads to HTTPS; behind it health checks ask plainly. Whether browsers ship a domain in their list
# of preloaded ones is for its owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]
X_FRAME_OPTIONS = "DENY"

CELERY_BROKER_URL = BROKER_URL
# Celery alone would not look whose certificate it is.
CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED} if is_by_tls(BROKER_URL) else None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "reports"
# A task is handed over for good when a process is free for it: what must not be lost is a state in the
# database. An acknowledgement that failed as Redis went away would keep a worker from ever asking again.
CELERY_TASK_QUEUES = [Queue("snapshots", no_ack=True), Queue("reports", no_ack=True)]
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_ROUTES = {"worker.tasks.analyse_lesson": {"queue": "snapshots"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Celery closes the database's connection around every task, and a new one costs more than to record a
# snapshot. `classroom.celery` has each task begin as a request does instead: with a connection that answers.
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
# No task of ours is acknowledged late, so this cancels nothing; it spares the log a page of advice.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{INSTALL}:",
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "socket_keepalive_options": REDIS_KEEPALIVE,
    # How long an answer to a worker that asks for tasks may be overdue.
    "health_check_interval": 5,
}
CELERY_TASK_SERIALIZER = "json"
# What beat sent while no worker was there is of no use later; the clocks of machines differ by less.
DISCARDED_AFTER_S = 3600
CELERY_BEAT_SCHEDULER = "classroom.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "resend-pending-reports": {
        "task": "worker.tasks.send_pending_reports",
        "schedule": 15.0,
        "options": {"expires": DISCARDED_AFTER_S},
    },
    "close-forgotten-lessons": {
        "task": "worker.tasks.close_forgotten_lessons",
        "schedule": 60.0,
        "options": {"expires": DISCARDED_AFTER_S},
    },
    "send-schools": {
        "task": "worker.tasks.send_schools",
        "schedule": 60.0,
        "options": {"expires": DISCARDED_AFTER_S},
    },
    "turn-months": {
        "task": "worker.tasks.turn_months",
        "schedule": crontab(minute=47),
        "options": {"expires": DISCARDED_AFTER_S},
    },
    "delete-what-is-nobodys": {
        "task": "worker.tasks.delete_what_is_nobodys",
        "schedule": crontab(minute=17),
        "options": {"expires": DISCARDED_AFTER_S},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "classroom.log_lines.PlainLines"},
        "json": {"()": "classroom.log_lines.JsonLines"},
    },
    "handlers": {"console": {"class": "classroom.quiet.QuietHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        # Uvicorn would write past the handler; it and the workers write two lines for each socket and task.
        "uvicorn": {"handlers": ["console"], "propagate": False},
        "uvicorn.error": {"level": "WARNING"},
        "uvicorn.access": {"propagate": False},  # addresses hold join links
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},  # a line for each task that came too late
        "celery.app.trace": {"level": "WARNING"},
    },
}
