"""The answers for the tables of Django, allauth and celery-beat."""

from accounts.rights.answers import NEVER
from accounts.rights.registry import Answer, Fate

_INSTALLATION = "belongs to the installation; names nobody"
_BEAT = ("SolarSchedule", "IntervalSchedule", "ClockedSchedule", "CrontabSchedule", "PeriodicTasks", "PeriodicTask")

ANSWERS = (
    Answer(
        "account.EmailAddress",
        person="user",
        exports="user email verified primary",
        people={"user": Fate.DELETED},
    ),
    Answer("account.EmailConfirmation", person="email_address__user", not_exported=NEVER),
    Answer(
        "mfa.Authenticator",
        person="user",
        exports="user type last_used_at",
        leaves_out={"data": NEVER},
        people={"user": Fate.DELETED},
    ),
    Answer(
        "socialaccount.SocialAccount",
        person="user",
        exports="user provider uid last_login date_joined extra_data",
        people={"user": Fate.DELETED},
    ),
    Answer("socialaccount.SocialToken", person="account__user", not_exported=NEVER),
    Answer("socialaccount.SocialApp", not_exported=_INSTALLATION),
    Answer(
        "usersessions.UserSession",
        person="user",
        exports="user ip last_seen_at user_agent",
        leaves_out={"session_key": NEVER, "data": "what signing in needs"},
        people={"user": Fate.DELETED},
    ),
    Answer("sessions.Session", not_exported="signs people in; ends when they sign out, and with an erasure"),
    Answer(
        "admin.LogEntry",
        person="user",
        not_exported="what operators did in the admin; names in it are blanked with an erasure",
        people={"user": Fate.POINTS_TO_A_NAMELESS_ROW},
    ),
    Answer("auth.Permission", not_exported=_INSTALLATION),
    Answer("auth.Group", not_exported=_INSTALLATION),
    Answer("contenttypes.ContentType", not_exported=_INSTALLATION),
    Answer("shell.TaskRun", not_exported="how background work ended; names in its errors are blanked with an erasure"),
    *(Answer(f"django_celery_beat.{name}", not_exported=_INSTALLATION) for name in _BEAT),
)
