"""What the page shows for a word of the product: states, platforms, sources, and the way around."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class State:
    """Look (one of the six colours, or none), icon and word."""

    look: str
    icon: str
    label: Words


@dataclass(frozen=True)
class Badge:
    """A letter badge of the sprite and the platform's name."""

    symbol: str
    name: Words


@dataclass(frozen=True)
class Place:
    """A page of the navigation: `g` and its key go there, `needs` is the permission, `pages` mark it as current."""

    url: str
    icon: str
    label: Words
    key: str
    needs: str
    pages: tuple[str, ...]


STATES: dict[str, State] = {
    "draft": State("draft", "draft", _("Draft")),
    "waiting": State("waiting", "waiting", _("Waiting")),
    "scheduled": State("scheduled", "scheduled", _("Scheduled")),
    "live": State("live", "live", _("Live")),
    "unconfirmed": State("unconfirmed", "unconfirmed", _("Unconfirmed")),
    "failed": State("failed", "failed", _("Failed")),
    # posts and every try to send them
    "publishing": State("scheduled", "again", _("Sending")),
    "published": State("live", "live", _("Live")),
    "handed": State("scheduled", "waiting", _("Waits on the platform")),
    "assisted": State("waiting", "waiting", _("Waits for you")),
    "missed": State("failed", "scheduled", _("Missed its time")),
    "cancelled": State("draft", "stop", _("Cancelled")),
    "found": State("live", "search", _("Found on the platform")),
    "not_found": State("unconfirmed", "search", _("Not found on the platform")),
    "rejected": State("failed", "failed", _("Refused")),
    "try_later": State("unconfirmed", "again", _("Tries again")),
    "sign_in_again": State("failed", "lock", _("Signed out")),
    "unknown": State("unconfirmed", "unconfirmed", _("No answer")),
    "lost": State("unconfirmed", "unconfirmed", _("Interrupted")),
    # work on an asset
    "pending": State("draft", "draft", _("Waits its turn")),
    "processing": State("scheduled", "again", _("Working")),
    "working": State("scheduled", "again", _("Working")),
    "running": State("scheduled", "again", _("Working")),
    "reading": State("scheduled", "again", _("Reading")),
    "ready": State("live", "live", _("Ready")),
    "done": State("live", "live", _("Done")),
    "skipped": State("draft", "level", _("Skipped")),
    # scripts and voice-overs
    "edited": State("draft", "edit", _("Edited")),
    "approved": State("live", "check", _("Approved")),
    "queued": State("draft", "draft", _("Waits its turn")),
    "completed": State("live", "live", _("Ready")),
    # the quality desk
    "open": State("draft", "draft", _("Not begun")),
    "in_progress": State("waiting", "waiting", _("In hand")),
    # approvals
    "revision_requested": State("unconfirmed", "edit", _("Changes asked for")),
    "withdrawn": State("draft", "undo", _("Withdrawn")),
    # files of days
    "checked": State("waiting", "waiting", _("To look over")),
    "undone": State("draft", "undo", _("Taken back")),
    "refused": State("failed", "failed", _("Refused")),
    "gone": State("draft", "x", _("Gone from the platform")),
    "on_course": State("live", "live", _("On course")),
    "unsure": State("waiting", "waiting", _("Could go either way")),
    "behind": State("unconfirmed", "unconfirmed", _("Behind")),
    "impossible": State("failed", "failed", _("Out of reach")),
    "too_early": State("draft", "draft", _("Too early to say")),
    "reached": State("live", "live", _("Reached")),
    "goal_missed": State("failed", "failed", _("Missed")),
    "given_up": State("draft", "x", _("Given up")),
    "counted": State("live", "live", _("Counted")),
    "hand": State("draft", "edit", _("By hand")),
    # connections and sources
    "active": State("live", "live", _("Well")),
    "ending": State("unconfirmed", "unconfirmed", _("Ends soon")),
    "needs_reconnect": State("failed", "failed", _("Sign in again")),
    "paused": State("draft", "pause", _("Paused")),
    "removed": State("draft", "x", _("Removed")),
    "never": State("draft", "draft", _("Not asked yet")),
    "ok": State("live", "live", _("Well")),
    "slow": State("unconfirmed", "unconfirmed", _("Slow")),
    "failing": State("unconfirmed", "unconfirmed", _("Failing")),
    "down": State("failed", "failed", _("Down")),
    # topics: about the world, so no colour of ours
    "emerging": State("", "sprout", _("Emerging")),
    "trending": State("", "trends", _("Trending")),
    "steady": State("", "level", _("Steady")),
    "declining": State("", "fall", _("Declining")),
    "expired": State("", "fall", _("Over")),
}

BADGES: dict[str, Badge] = {
    "tiktok": Badge("pf-tk", "TikTok"),
    "youtube": Badge("pf-yt", "YouTube"),
    "instagram": Badge("pf-ig", "Instagram"),
    "x": Badge("pf-x", "X"),
    "bluesky": Badge("pf-bs", "Bluesky"),
    "mastodon": Badge("pf-ma", "Mastodon"),
    "threads": Badge("pf-th", "Threads"),
    "facebook": Badge("pf-fb", "Facebook"),
    "linkedin": Badge("pf-li", "LinkedIn"),
    "pinterest": Badge("pf-pi", "Pinterest"),
    "telegram": Badge("pf-tg", "Telegram"),
    "discord": Badge("pf-dc", "Discord"),
    "webhook": Badge("pf-wh", _("Webhook")),
    "wordpress": Badge("pf-wp", "WordPress"),
    "spill": Badge("pf-sl", "Spill"),
    "fanbase": Badge("pf-fa", "FanBase"),
    "spotify": Badge("pf-sp", "Spotify"),
    "soundcloud": Badge("pf-sc", "SoundCloud"),
    "apple_music": Badge("pf-am", "Apple Music"),
    "deezer": Badge("pf-dz", "Deezer"),
    "tidal": Badge("pf-td", "Tidal"),
    "amazon_music": Badge("pf-az", "Amazon Music"),
    "practice": Badge("pf-pr", _("Practice network")),
    "google_news": Badge("pf-gn", "Google News"),
    "google_trends": Badge("pf-gt", "Google Trends"),
    "hacker_news": Badge("pf-hn", "Hacker News"),
    "wikipedia": Badge("pf-wk", "Wikipedia"),
    "reddit": Badge("pf-rd", "Reddit"),
    "own_posts": Badge("pf-own", _("Your own posts")),
    "rss": Badge("pf-bl", _("RSS feed")),
    "csv": Badge("pf-bl", _("A file")),
}

LIBRARY_PAGES = ("library", "studio", "upload", "asset_new", "make_more", "repurposing", "repurposing_job")
TREND_PAGES = (
    "trends", "trend", "trend_history", "trend_hashtags", "trend_opportunities",
    "watches", "watch", "watch_new", "watch_edit", "alerts", "trend_sources",
)  # fmt: skip
IDEA_PAGES = (
    "ideas", "idea", "idea_new", "ideas_deleted", "script", "script_version", "voices", "voice_add", "voice_clone",
)  # fmt: skip
APPROVAL_PAGES = (
    "approvals", "approvals_bulk", "approval", "approvals_figures", "piece_approval", "desk", "desk_look",
    "desk_request", "workflows", "workflow", "workflow_new",
)  # fmt: skip
CALENDAR_PAGES = (
    "calendar", "compose", "composing", "plans", "plan", "plan_new", "plan_edit", "plan_propose", "calendar_entry",
    "calendar_entry_new", "plan_imports", "plan_import", "plan_import_new",
)  # fmt: skip
# The pages of numbers; a page within one (a platform, a link, a site) is named after it: numbers_links, numbers_link.
NUMBERS: tuple[Place, ...] = (
    Place(
        "numbers", "analytics", _("Overview"), "", "analytics_view", ("numbers", "numbers_platform", "numbers_client")
    ),
    Place(
        "numbers_posts",
        "list",
        _("Posts"),
        "",
        "analytics_view",
        ("numbers_posts", "numbers_post_enter", "numbers_posts_bring", "numbers_explain"),
    ),
    Place("numbers_content", "library", _("What works"), "", "analytics_view", ("numbers_content",)),
    Place("numbers_audience", "users", _("Audience"), "", "analytics_view", ("numbers_audience",)),
    Place("numbers_music", "music", _("Clips and streams"), "", "analytics_view", ("numbers_music",)),
    Place(
        "numbers_conversions",
        "link",
        _("Conversions"),
        "",
        "analytics_view",
        (
            "numbers_conversions",
            "numbers_conversion",
            "numbers_links",
            "numbers_link",
            "numbers_link_new",
            "numbers_sites",
            "numbers_site",
            "numbers_site_new",
            "numbers_by_hand",
        ),
    ),
    Place("numbers_worth", "level", _("Return"), "", "costs_view", ("numbers_worth", "numbers_worth_of")),
    Place("numbers_search", "search", _("Search"), "", "analytics_view", ("numbers_search", "numbers_search_of")),
    Place(
        "numbers_accounts",
        "connections",
        _("Accounts and files"),
        "",
        "analytics_view",
        (
            "numbers_accounts",
            "numbers_account",
            "numbers_account_new",
            "numbers_account_edit",
            "numbers_day",
            "numbers_import",
            "numbers_import_new",
        ),
    ),
    Place(
        "numbers_insights",
        "ideas",
        _("Insights"),
        "",
        "analytics_view",
        ("numbers_insights", "numbers_insight", "numbers_odd_day"),
    ),
    Place(
        "numbers_goals",
        "target",
        _("Goals"),
        "",
        "analytics_view",
        ("numbers_goals", "numbers_goal", "numbers_goal_new", "numbers_goal_edit"),
    ),
    Place("numbers_advice", "flask", _("Next posts"), "", "analytics_view", ("numbers_advice", "numbers_suggestion")),
    Place(
        "numbers_advisor", "comment", _("Advisor"), "", "analytics_view", ("numbers_advisor", "numbers_advisor_talk")
    ),
    Place(
        "numbers_reports",
        "list",
        _("Reports"),
        "",
        "analytics_view",
        ("numbers_reports", "numbers_report_make", "numbers_report_schedule", "numbers_report_schedule_new"),
    ),
    Place("numbers_metrics", "info", _("All metrics"), "", "analytics_view", ("numbers_metrics", "numbers_metric")),
)
NUMBERS_PAGES = tuple(page for place in NUMBERS for page in place.pages)
WORK: tuple[Place, ...] = (
    Place("today", "today", _("Today"), "t", "", ("today",)),
    Place(
        "library",
        "library",
        _("Library"),
        "l",
        "content_view",
        LIBRARY_PAGES,
    ),
    Place("trends", "trends", _("Trends"), "r", "trends_view", TREND_PAGES),
    Place("ideas", "ideas", _("Ideas"), "i", "content_view", IDEA_PAGES),
    Place("approvals", "approvals", _("Approvals"), "a", "approvals_view", APPROVAL_PAGES),
    Place("calendar", "calendar", _("Calendar"), "d", "posts_view", CALENDAR_PAGES),
    Place("posts", "list", _("Posts"), "p", "posts_view", ("posts", "post")),
    Place("numbers", "analytics", _("Analytics"), "y", "analytics_view", NUMBERS_PAGES),
    Place("connections", "connections", _("Connections"), "c", "connections_view", ("connections",)),
    Place("practice", "flask", _("Practice network"), "n", "connections_view", ("practice",)),
)
# A phone's dock: the first of these that a person may open; clients come to agree.
DOCKED = 4
DOCK = ("today", "library", "trends", "approvals", "calendar")
DOCK_OF_CLIENTS = ("today", "approvals", "library", "calendar", "posts")
BRAND_PAGES = (
    "brand", "brand_new", "brand_delete", "brands", "brand_voice", "voice_check", "voice_from_posts", "brand_audiences",
    "audience_new", "audience",
)  # fmt: skip
ORGANISATION_PAGES = (
    "members", "member", "member_role", "member_rights", "invitations", "invite", "audit", "organization_settings",
    "transfer", "organization_delete", "clients", "client", "client_new", "client_edit",
    "organization_data", "gates", "gate_new", "gate_edit", "api_keys", "generations",
    "billing_plan", "plan_change", "plan_review", "plan_cancel", "checkout", "checkout_state", "billing_invoices",
    "billing_invoice", "billing_credit_note", "billing_payments", "billing_credits", "billing_details",
)  # fmt: skip
OURS: tuple[Place, ...] = (
    Place("brand", "brand", _("Brand"), "b", "brand_view", BRAND_PAGES),
    Place("members", "org", _("Organisation"), "o", "members_view", ORGANISATION_PAGES),
)
ORGANISATION: tuple[Place, ...] = (
    Place(
        "members",
        "users",
        _("Members"),
        "",
        "members_view",
        ("members", "member", "member_role", "member_rights", "invitations", "invite"),
    ),
    Place("clients", "library", _("Clients"), "", "clients_view", ("clients", "client", "client_new", "client_edit")),
    Place(
        "billing_plan",
        "card",
        _("Plan"),
        "",
        "billing_manage",
        (
            "billing_plan",
            "plan_change",
            "plan_review",
            "plan_cancel",
            "checkout",
            "checkout_state",
            "billing_invoices",
            "billing_invoice",
            "billing_credit_note",
            "billing_payments",
            "billing_credits",
            "billing_details",
        ),
    ),
    Place("api_keys", "key", _("API keys"), "", "account_own", ("api_keys",)),
    Place("gates", "key", _("Token gates"), "", "gates_manage", ("gates", "gate_new", "gate_edit")),
    Place("generations", "info", _("AI use"), "", "content_view", ("generations",)),
    Place("audit", "history", _("Audit log"), "", "audit_view", ("audit",)),
    Place("organization_data", "download", _("Data"), "", "data_export", ("organization_data",)),
    Place(
        "organization_settings",
        "settings",
        _("Settings"),
        "",
        "organization_manage",
        ("organization_settings", "transfer", "organization_delete"),
    ),
)


def state(value: object) -> State:
    """The state of this name; an unknown one shows its own name without a colour."""
    name = str(getattr(value, "value", value))
    return STATES.get(name) or State("", "info", name.replace("_", " ").capitalize())


def badge(value: object) -> Badge:
    """The badge of this platform or source; an unknown one gets the feed icon's place in the sprite."""
    key = str(getattr(value, "value", value))
    return BADGES.get(key) or Badge("pf-bl", key.replace("_", " ").capitalize())
