"""All settings, from the environment; `.env.example` names every variable."""

import hashlib
import hmac
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from trenddrop.api_schema import SCHEMA
from trenddrop.content_security import POLICY
from trenddrop.gateways import GATEWAY_SECRETS, GATEWAY_SETTINGS, GATEWAYS, SELLER, shop
from trenddrop.logging import logging_config
from trenddrop.platforms import MUSIC, MUSIC_SETTINGS, PLATFORM_SETTINGS, PLATFORMS, SEARCH_SETTINGS
from trenddrop.schedule import SCHEDULE

django_stubs_ext.monkeypatch()  # generic forms and admins (ModelForm[User]) at run time

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")
environ.Env.read_env(VAR_DIR / "embedded.env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
TOKEN_KEYS = env.list("TOKEN_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
PRODUCTION = env.bool("PRODUCTION", default=False)

if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("PRODUCTION=1 refuses to start with DEBUG=1. Unset DEBUG.")
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure")):
    raise ImproperlyConfigured("PRODUCTION=1 needs a SECRET_KEY of at least 50 random characters.")
if PRODUCTION and not TOKEN_KEYS:
    raise ImproperlyConfigured("PRODUCTION=1 needs TOKEN_KEYS, e.g. k1:<32 random bytes in base64>.")
if not SECRET_KEY:
    raise ImproperlyConfigured("No SECRET_KEY. `make run` makes one, or set it in .env (see .env.example).")

# What the installation is made of

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "trenddrop.apps.TrendDropAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "django_structlog",
    "csp",
    "trenddrop.apps.ShellConfig",
    "trenddrop.core",
    "accounts",
    "billing",
    "trends",
    "content",
    "publishing",
    "analytics",
]

MIDDLEWARE = [
    "trenddrop.core.stack.RoomyStackMiddleware",  # first: all others run in its room
    "trenddrop.health.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "trenddrop.core.linebreaks.LineBreaksMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.UserPreferencesMiddleware",
    "accounts.doors.DoorsMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.impersonation.ImpersonationMiddleware",
]

ROOT_URLCONF = "trenddrop.urls"
WSGI_APPLICATION = "trenddrop.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
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
                "csp.context_processors.nonce",
                "accounts.context.shell",
                "billing.context.dues",
            ],
            "builtins": ["trenddrop.core.templatetags.ui"],
        },
    }
]

# Database: the app connects as a role that owns nothing; migrations run with the owner's address.

DATABASES = {
    "default": env.db("DATABASE_URL", default="postgres://trenddrop_app@127.0.0.1:5432/trenddrop")
    | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default="trenddrop_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: broker, cache, counters

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "trenddrop",
    }
}
REDIS_PREFIX = "trenddrop"
DOORS = "trenddrop.doors.DOORS"

# Celery: no work is lost (late acknowledgement, rejected when a worker dies, one task at a time).

FFMPEG_TIMEOUT = env.float("FFMPEG_TIMEOUT", default=4 * 3600.0)
CELERY_TASK_TIME_LIMIT = int(FFMPEG_TIMEOUT) + 30 * 60  # what a task does on media may take its time
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 120
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
if CELERY_BROKER_URL.startswith("rediss:") and "ssl_cert_reqs=" not in CELERY_BROKER_URL:
    # Kombu asks nobody for a certificate unless told to; the cache's client always does.
    CELERY_BROKER_URL += ("&" if "?" in CELERY_BROKER_URL else "?") + "ssl_cert_reqs=required"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 3600,  # nothing is given to another while it may still be worked on
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_500_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
MEDIA_TASKS = (
    "process_asset", "speak_script", "prepare_voice", "repurpose", "make_fit", "write_clip", "look_through",
)  # fmt: skip
CELERY_TASK_ROUTES = {
    **{f"content.tasks.{name}": {"queue": "media"} for name in MEDIA_TASKS},
    "publishing.tasks.*": {"queue": "publish"},
    "trends.tasks.*": {"queue": "collect"},
    "analytics.tasks.answer_question": {"queue": "default"},
    "analytics.tasks.*": {"queue": "collect"},
}
CELERY_BEAT_SCHEDULER = "trenddrop.scheduler:ShippedScheduler"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = SCHEDULE

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
INVITATION_LIFETIME = timedelta(days=env.int("INVITATION_DAYS", default=7))
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.people.SignupForm"
# Sign-up can keep a secret who has an account only where everybody confirms their address first; without a mail
# server nobody could.
MAIL_IS_SENT = bool(env.str("EMAIL_URL", default=""))
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", default="mandatory" if MAIL_IS_SENT else "optional")
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_GRACE_DAYS = env.int("ACCOUNT_GRACE_DAYS", default=14)
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "TrendDrop"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL_IS_SENT
ADMIN_REQUIRES_SECOND_FACTOR = env.bool("ADMIN_REQUIRES_SECOND_FACTOR", default=False)
SOCIALACCOUNT_ADAPTER = "accounts.adapter.ElsewhereAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # which addresses may join an account: ElsewhereAdapter
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="")
SOCIALACCOUNT_PROVIDERS = {
    "google": {
        "SCOPE": ["profile", "email"],
        "AUTH_PARAMS": {"access_type": "online", "prompt": "select_account"},
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": GOOGLE_CLIENT_SECRET, "key": ""}]
        if GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET
        else [],
    }
}
SMS_BACKEND = env.str("SMS_BACKEND", default="trenddrop.core.sms.Journal")
SMS_API_URL = env.str("SMS_API_URL", default="https://api.twilio.com")
SMS_ACCOUNT = env.str("SMS_ACCOUNT", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
SMS_FROM = env.str("SMS_FROM", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "home"

# Mail

vars().update(env.email("EMAIL_URL", default="consolemail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "trenddrop.core.mail.SmtpBackend"  # knows which mails are in doubt
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="TrendDrop <trenddrop@localhost>")

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("hi", _("Hindi"))]
LOCALE_PATHS = [BASE_DIR / "trenddrop" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Files: local, or S3 when a bucket is named

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Where platforms fetch files from us; empty: SITE_URL when it is https, or the bucket's signed addresses.
MEDIA_PUBLIC_URL = env.str("MEDIA_PUBLIC_URL", default="")
UPLOAD_ROOT = Path(env.str("UPLOAD_ROOT", default=str(VAR_DIR / "uploads")))
S3_BUCKET = env.str("S3_BUCKET", default="")
_local_files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}}
_s3_files = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "signature_version": "s3v4",
        "default_acl": None,
        "file_overwrite": False,
        "querystring_expire": 3600,
    },
}
STORAGES = {
    "default": _s3_files if S3_BUCKET else _local_files,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 10**9)
UPLOAD_KEEP = timedelta(days=env.int("UPLOAD_KEEP_DAYS", default=3))
DELETED_KEEP = timedelta(days=env.int("DELETED_KEEP_DAYS", default=30))

# Rights: where each app says what happens to its tables; how long an archive waits, and how large one may be

DATA_RIGHTS = [
    "accounts.rights.answers",
    "accounts.rights.borrowed",
    "billing.rights",
    "trends.rights",
    "content.rights",
    "publishing.rights",
    "analytics.rights",
]
PRODUCT_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
EXPORT_KEPT = timedelta(days=env.int("EXPORT_KEPT_DAYS", default=7))
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=20 * 10**9)

# Ports with open defaults

CLIENT_WAITING = ["content.waiting.of_clients", "publishing.waiting.of_clients"]
LIMITS_BACKEND = env.str("LIMITS_BACKEND", default="billing.limits.PlanLimits")
# Off: everything is counted, and nothing limited. On by itself where a gateway's key is set; `make run` turns it on.
SOLD, TRIED = shop(env.ENVIRON)
BILLING_ENABLED = env.bool("BILLING_ENABLED", default=SOLD)
# Everybody begins with a trial and needs a plan after it. Off (as under `make run`): who never chose one has no limits.
BILLING_TRIALS = env.bool("BILLING_TRIALS", default=TRIED)
STRIPE_TAX = env.bool("STRIPE_TAX", default=False)  # Stripe reckons and adds the tax of buyers outside India
USAGE_COUNTERS = {
    "storage_bytes": "content.metering.storage_bytes",
    "connections": "publishing.metering.connections",
}
PLAN_CHOICES = {"connections": "publishing.metering.choices"}  # what one chooses from when a smaller plan has fewer
HISTORY_BACKEND = env.str("HISTORY_BACKEND", default="analytics.queries.history.OwnPosts")
PLATFORM_RULES_OVERRIDES = "publishing.operating.overrides"
EMBEDDER = env.str("EMBEDDER", default="trenddrop.core.embeddings.HashedEmbedder")
EMBEDDING_API_URL = env.str("EMBEDDING_API_URL", default="")
EMBEDDING_API_KEY = env.str("EMBEDDING_API_KEY", default="")
EMBEDDING_MODEL = env.str("EMBEDDING_MODEL", default="")
LLM_MODEL = env.str("LLM_MODEL", default="")
LLM_BASE_URL = env.str("LLM_BASE_URL", default="")
LLM_API_KEY = env.str("LLM_API_KEY", default="")
LLM_SECONDS = env.float("LLM_SECONDS", default=50.0)  # for all models together: below what a browser waits
TRANSCRIBER = env.str("TRANSCRIBER", default="auto")
TRANSCRIBERS = {
    "api": "trenddrop.core.speech.openai_compatible.OpenAICompatible",
    "whisper": "trenddrop.core.speech.faster_whisper.FasterWhisper",
    "embedded": "trenddrop.core.speech.pocketsphinx.PocketSphinx",
}
WHISPER_MODEL = env.str("WHISPER_MODEL", default="")
SPEECH_API_URL = env.str("SPEECH_API_URL", default="")
SPEECH_API_KEY = env.str("SPEECH_API_KEY", default="")
SPEECH_API_MODEL = env.str("SPEECH_API_MODEL", default="whisper-1")
VOICES = {
    "elevenlabs": "trenddrop.core.speaking.elevenlabs.ElevenLabs",
    "api": "trenddrop.core.speaking.openai_compatible.OpenAICompatible",
    "local": "trenddrop.core.speaking.local.LocalProgram",
}
VOICE_API_URL = env.str("VOICE_API_URL", default="")
VOICE_API_KEY = env.str("VOICE_API_KEY", default="")
VOICE_API_MODEL = env.str("VOICE_API_MODEL", default="tts-1")
VOICE_API_VOICES = env.list("VOICE_API_VOICES", default=["alloy", "echo", "fable", "nova", "onyx", "shimmer"])
ELEVENLABS_API_URL = env.str("ELEVENLABS_API_URL", default="https://api.elevenlabs.io")
ELEVENLABS_API_KEY = env.str("ELEVENLABS_API_KEY", default="")
ELEVENLABS_MODEL = env.str("ELEVENLABS_MODEL", default="eleven_multilingual_v2")
PIPER_VOICES = env.str("PIPER_VOICES", default="")
TREND_HOURS_KEPT = timedelta(days=env.int("TREND_HOURS_KEPT_DAYS", default=120))
TREND_DAYS_KEPT = timedelta(days=env.int("TREND_DAYS_KEPT_DAYS", default=730))
TREND_TOPICS_KEPT = timedelta(days=env.int("TREND_TOPICS_KEPT_DAYS", default=365))
# Of visits to people's websites: how long a pseudonym's touches are kept; and the header in which a proxy of ours
# tells the country (CF-IPCountry, for one). Without it no country is known: addresses are never looked up, nor kept.
TOUCHES_KEPT = timedelta(days=env.int("TOUCHES_KEPT_DAYS", default=396))
COUNTRY_HEADER = env.str("COUNTRY_HEADER", default="")
EVENTS_KEPT = timedelta(days=max(92, env.int("EVENTS_KEPT_DAYS", default=730)))  # raw; the sums stay
TREND_TUNING = "trends.detection.tuned"  # reads what the setting trend_tuning holds
BILLING_GATEWAYS = GATEWAYS
globals().update({name: env.str(name, default=usual) for name, usual in GATEWAY_SETTINGS.items()})
globals().update({name: env.list(name, default=[]) for name in GATEWAY_SECRETS})
BILLING_APPLIES = "billing.life.applying.apply"
CASHFREE_SCRIPT_URL = env.str("CASHFREE_SCRIPT_URL", default="https://sdk.cashfree.com/js/v3/cashfree.js")
CASHFREE_MODE = env.str("CASHFREE_MODE", default="production")
CASHFREE_BRIDGE_URL = f"{SITE_URL.rstrip('/')}/billing/cashfree/"
# Playing at paying, with no key: never for real money, so production has to ask for it.
TEST_GATEWAY = env.bool("TEST_GATEWAY", default=not PRODUCTION)
TEST_GATEWAY_URL = "http://test-gateway"
TEST_GATEWAY_SECRET = hmac.new(SECRET_KEY.encode(), b"test gateway", hashlib.sha256).hexdigest()
TEST_GATEWAY_HOOK_URL = env.str("TEST_GATEWAY_HOOK_URL", default=f"{SITE_URL.rstrip('/')}/billing/webhooks/test/")
BILLING_SELLER = {key: env.str(name, default=usual) for key, (name, usual) in SELLER.items()}
BILLING_SELLER_CHECK, BILLING_FX_CHECK = "billing.gst.seller.check", "billing.gst.seller.check_rates"
BILLING_EINVOICE = env.str("BILLING_EINVOICE", default="")  # dotted path of an e-invoice provider; empty: none
TREND_SOURCES = {
    "google_news": "trends.sources.google_news.GoogleNews",
    "google_trends": "trends.sources.google_trends.GoogleTrends",
    "mastodon": "trends.sources.mastodon.Mastodon",
    "bluesky": "trends.sources.bluesky.Bluesky",
    "hacker_news": "trends.sources.hacker_news.HackerNews",
    "wikipedia": "trends.sources.wikipedia.Wikipedia",
    "youtube": "trends.sources.youtube.YouTube",
    "x": "trends.sources.x.X",
    "reddit": "trends.sources.reddit.Reddit",
    "rss": "trends.sources.rss.Rss",
    "csv": "trends.sources.csv_file.CsvFile",
    "tiktok": "trends.sources.tiktok.TikTok",
    "own_posts": "analytics.trend_source.OwnPosts",
}
PUBLISHING_PLATFORMS, MUSIC_SOURCES = PLATFORMS, MUSIC
_SERVICES = PLATFORM_SETTINGS | MUSIC_SETTINGS | SEARCH_SETTINGS
globals().update({name: env.str(name, default=usual) for name, usual in _SERVICES.items()})
BLUESKY_SERVICE = env.str("BLUESKY_SERVICE", default="https://bsky.social")
PRACTICE_URL = env.str("PRACTICE_URL", default=f"{SITE_URL}/practice/api")
# Token gates ask these: "1=https://…,137=https://…"
EVM_RPC_URLS = {
    int(chain): url for chain, _is, url in (each.partition("=") for each in env.list("EVM_RPC_URLS", default=[])) if url
}
WALLET_MESSAGES = "accounts.evm.messages.Siwe"
FLAGGABLE = {
    "topic": "trends.flagging.Topics",
    "asset": "content.flagging.Assets",
    "piece": "content.flagging.Pieces",
    "library_item": "content.flagging.LibraryItems",
    "practice_post": "publishing.flagging.PracticePosts",
}
CHAINS = "accounts.evm.chains.JsonRpc"
PRIVATE_ADDRESSES_ALLOWED = env.list("PRIVATE_ADDRESSES_ALLOWED", default=[])
POST_MAX_LATENESS = timedelta(minutes=env.int("POST_MAX_LATENESS_MINUTES", default=60))

# The web's edges

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = PRODUCTION
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many proxies of ours stand in front; the client's address is that many from the right in X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if BEHIND_PROXY else 0)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CONTENT_SECURITY_POLICY = POLICY

# The API: the frame is trenddrop.core.rest, its door accounts.rest

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # each view names its own: accounts.rest.MemberViewSet
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "trenddrop.core.rest.paging.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "trenddrop.core.rest.schema.Schema",
    "EXCEPTION_HANDLER": "trenddrop.core.rest.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": 0,
}
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=120)
API_OPEN_CALLS_PER_MINUTE = env.int("API_OPEN_CALLS_PER_MINUTE", default=30)
SPECTACULAR_SETTINGS = SCHEMA

LOGGING = logging_config(debug=DEBUG, level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
SILENCED_SYSTEM_CHECKS: list[str] = []

UNFOLD = {
    "SITE_TITLE": "TrendDrop",
    "SITE_HEADER": "TrendDrop",
    "SITE_SYMBOL": "trending_up",
    "SHOW_HISTORY": True,
    "DASHBOARD_CALLBACK": "accounts.admin.front.dashboard",
    "ENVIRONMENT": "trenddrop.apps.environment_badge",
}
