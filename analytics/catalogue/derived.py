"""What we reckon from counts, from the curve of snapshots, and from the account's own past."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import arithmetic
from analytics.catalogue.arithmetic import Reckon, less, over, rest_of, score, score_formula, share, told, total
from analytics.catalogue.definitions import Better, Metric, Unit

ACTIONS = ("likes", "comments", "shares", "saves")
SEEN = ("views", "impressions", "reach")
OURS = _("reckoned here from what the platform tells")
CURVE = _("reckoned here from the snapshots since publishing")
PAST = _("reckoned here against the account’s own earlier posts at the same age")

VIRALITY = (("lift_views", 0.5, 1.0), ("share_rate", 0.3, 0.01), ("reach_per_follower", 0.2, 1.0))
QUALITY = (
    ("engagement_rate_seen", 0.4, 0.05), ("save_rate", 0.2, 0.01), ("comment_rate", 0.1, 0.005),
    ("watch_share", 0.3, 0.5),
)  # fmt: skip
RELEVANCE = (("engagement_rate_followers", 0.5, 0.03), ("lift_engagement", 0.3, 1.0), ("profile_visit_rate", 0.2, 0.01))


def _ours(
    key: str,
    name: str | Promise,
    means: str | Promise,
    formula: str,
    of: Reckon,
    unit: Unit = Unit.SHARE,
    better: Better = Better.HIGHER,
    source: str | Promise = OURS,
) -> Metric:
    return Metric(key, name, means, unit, better, formula, source, of=of)


def _rate(key: str, name: str | Promise, means: str | Promise, part: str, whole: str) -> Metric:
    return _ours(key, name, means, f"{{{part}}} ÷ {{{whole}}}", over(part, whole))


def _curved(
    key: str, name: str | Promise, means: str | Promise, formula: str, unit: Unit = Unit.COUNT, **more: Better
) -> Metric:
    return _ours(key, name, means, formula, told(key), unit, source=CURVE, **more)


BASE = (
    _ours(
        "engagement",
        _("Engagement"),
        _("What people did with it: likes, comments, shares and saves, as far as they are told."),
        "{likes} + {comments} + {shares} + {saves}",
        total(ACTIONS),
        Unit.COUNT,
    ),
    _ours(
        "seen",
        _("Times seen"),
        _("Views; where the platform tells none, impressions; and where it tells neither, reach."),
        "{views} / {impressions} / {reach}",
        arithmetic.first_of(SEEN),
        Unit.COUNT,
    ),
)
RATES = (
    _rate("engagement_rate_reach", _("Engagement by reach"), _("How much people did per person who saw it."),
          "engagement", "reach"),
    _rate("engagement_rate_followers", _("Engagement by followers"),
          _("How much people did per follower the account had when it went live."), "engagement", "followers"),
    _rate("engagement_rate_views", _("Engagement by views"), _("How much people did per view."),
          "engagement", "views"),
    _rate("engagement_rate_impressions", _("Engagement by impressions"), _("How much people did per impression."),
          "engagement", "impressions"),
    _rate("engagement_rate_seen", _("Engagement rate"),
          _("How much people did each time it was seen: the rate that every platform which tells how often can give."),
          "engagement", "seen"),
    _rate("like_rate", _("Like rate"), _("Likes each time it was seen."), "likes", "seen"),
    _rate("comment_rate", _("Comment rate"), _("Comments each time it was seen."), "comments", "seen"),
    _rate("share_rate", _("Share rate"), _("Shares each time it was seen."), "shares", "seen"),
    _rate("save_rate", _("Save rate"), _("Saves each time it was seen."), "saves", "seen"),
    _ours("shares_per_thousand", _("Shares per thousand"), _("Shares per thousand times it was seen."),
          "1000 × {shares} ÷ {seen}", over("shares", "seen", times=1000), Unit.PER_THOUSAND),
    _ours("saves_per_thousand", _("Saves per thousand"), _("Saves per thousand times it was seen."),
          "1000 × {saves} ÷ {seen}", over("saves", "seen", times=1000), Unit.PER_THOUSAND),
    _ours("comment_to_like", _("Comments per like"), _("How much was said for each like: talk rather than a nod."),
          "{comments} ÷ {likes}", over("comments", "likes"), Unit.RATIO),
    _ours("share_to_like", _("Shares per like"), _("How often it was passed on for each like."),
          "{shares} ÷ {likes}", over("shares", "likes"), Unit.RATIO),
    _ours("save_to_like", _("Saves per like"), _("How often it was kept for each like."),
          "{saves} ÷ {likes}", over("saves", "likes"), Unit.RATIO),
    _rate("amplification_rate", _("Amplification"), _("Shares per follower."), "shares", "followers"),
    _rate("conversation_rate", _("Conversation"), _("Comments per follower."), "comments", "followers"),
    _rate("applause_rate", _("Applause"), _("Likes per follower."), "likes", "followers"),
    _rate("click_rate", _("Click rate"), _("Clicks on its links each time it was seen."), "clicks", "seen"),
    _rate("follow_rate", _("Follow rate"), _("New followers each time it was seen."), "follows", "seen"),
    _rate("profile_visit_rate", _("Profile visit rate"), _("Visits of the profile each time it was seen."),
          "profile_visits", "seen"),
    _ours("visit_to_follow", _("Follows per profile visit"), _("How many of those who looked at the profile stayed."),
          "{follows} ÷ {profile_visits}", over("follows", "profile_visits"), Unit.RATIO),
    _ours("frequency", _("Times seen per person"), _("How often each person saw it on average."),
          "{seen} ÷ {reach}", over("seen", "reach"), Unit.RATIO),
    _ours("reach_per_follower", _("Reach per follower"),
          _("How many people saw it for each follower: above one, it left the account’s own circle."),
          "{reach} ÷ {followers}", over("reach", "followers"), Unit.RATIO),
    _ours("views_per_follower", _("Views per follower"), _("How often it was seen for each follower."),
          "{seen} ÷ {followers}", over("seen", "followers"), Unit.RATIO),
    _ours("net_subscribers", _("Subscribers, net"), _("Subscribers gained less those lost while watching it."),
          "{subscribers_gained} − {subscribers_lost}", less("subscribers_gained", "subscribers_lost"), Unit.COUNT),
    _ours("watch_share", _("Part watched"),
          _("The part of its length that one view lasted; more than all of it where it plays again."),
          "{average_watch_seconds} ÷ {duration}", over("average_watch_seconds", "duration")),
    _ours("watch_per_view", _("Watched per view"), _("How long each view lasted, from the time of all together."),
          "{watch_seconds} ÷ {views}", over("watch_seconds", "views"), Unit.SECONDS),
    _ours("hold", _("Hold"), _("Of all views, those that stayed after the first seconds."),
          "1 − {skip_rate}", rest_of("skip_rate")),
    _ours("engaged_share", _("Engaged share of views"), _("Of all views, those that lasted longer than a moment."),
          "{engaged_views} ÷ {views}", share("engaged_views", "views")),
)  # fmt: skip
TIMING = (
    _curved("views_1h", _("Views in the first hour"), _("Views one hour after publishing."), "{views} ⟨1 h⟩"),
    _curved("views_24h", _("Views in the first day"), _("Views 24 hours after publishing."), "{views} ⟨24 h⟩"),
    _curved("views_7d", _("Views in the first week"), _("Views seven days after publishing."), "{views} ⟨7 d⟩"),
    _curved("engagement_1h", _("Engagement in the first hour"), _("What people did within the first hour."),
            "{engagement} ⟨1 h⟩"),
    _curved("engagement_24h", _("Engagement in the first day"), _("What people did within the first 24 hours."),
            "{engagement} ⟨24 h⟩"),
    _curved("engagement_7d", _("Engagement in the first week"), _("What people did within the first seven days."),
            "{engagement} ⟨7 d⟩"),
    _curved("velocity", _("Speed now"), _("Views per hour between the last two snapshots."),
            "Δ {views} ÷ Δ h", Unit.PER_HOUR),
    _curved("velocity_first_hour", _("Speed in the first hour"), _("Views per hour while it was new."),
            "{views} ⟨1 h⟩ ÷ 1 h", Unit.PER_HOUR),
    _curved("acceleration", _("Acceleration"),
            _("By how much the speed changed from the stretch before to the last one: below nought it slows down."),
            "{velocity} − Δ {views} ÷ Δ h ⟨−1⟩", Unit.PER_HOUR),
    _curved("peak_velocity", _("Highest speed"), _("The most views per hour between any two snapshots."),
            "max(Δ {views} ÷ Δ h)", Unit.PER_HOUR),
    _curved("peak_hour", _("Hour of the highest speed"), _("How many hours after publishing it was fastest."),
            "h ⟨max(Δ {views} ÷ Δ h)⟩", Unit.HOURS, better=Better.NEITHER),
    _curved("half_life", _("Half-life"), _("How long it took to half of its views so far."),
            "h ⟨{views} ÷ 2⟩", Unit.HOURS),
    _curved("time_to_90", _("Time to nine tenths"), _("How long it took to nine tenths of its views so far."),
            "h ⟨0.9 × {views}⟩", Unit.HOURS),
    _ours("first_hour_share", _("Share in the first hour"), _("The part of its views that came within an hour."),
          "{views_1h} ÷ {views}", share("views_1h", "views"), better=Better.NEITHER, source=CURVE),
    _ours("first_day_share", _("Share in the first day"), _("The part of its views that came within a day."),
          "{views_24h} ÷ {views}", share("views_24h", "views"), better=Better.NEITHER, source=CURVE),
    _ours("views_after_week", _("Views after the first week"), _("How often it was seen after it was a week old."),
          "{views} − {views_7d}", less("views", "views_7d"), Unit.COUNT, source=CURVE),
    _ours("tail", _("Tail"), _("The part of its views that came after the first week: how long it keeps."),
          "{views_after_week} ÷ {views}", share("views_after_week", "views"), source=CURVE),
)  # fmt: skip
STANDING = (
    _ours("lift_views", _("Against the usual: views"),
          _("Views against the median of the account’s earlier posts at the same age; 1 is as usual."),
          "{views_at_age} ÷ {median_views}", over("views_at_age", "median_views"), Unit.RATIO, source=PAST),
    _ours("lift_engagement", _("Against the usual: engagement"),
          _("Engagement against the median of the account’s earlier posts at the same age; 1 is as usual."),
          "{engagement_at_age} ÷ {median_engagement}", over("engagement_at_age", "median_engagement"), Unit.RATIO,
          source=PAST),
    _ours("percentile", _("Better than"),
          _("The part of the account’s earlier posts that had less at the same age."),
          "{posts_below} ÷ {posts_compared}", share("posts_below", "posts_compared"), source=PAST),
)  # fmt: skip
SCORES = (
    _ours("virality", _("Virality"),
          _("How far it spread, 0 to 100; 50 is as usual: views against the usual, shares, reach beyond followers."),
          score_formula(VIRALITY), score(VIRALITY), Unit.SCORE),
    _ours("quality", _("Quality"),
          _("How those who saw it answered, 0 to 100: engagement, saves, comments, and how long they watched."),
          score_formula(QUALITY), score(QUALITY), Unit.SCORE),
    _ours("relevance", _("Relevance"),
          _("How much it spoke to the account’s own people, 0 to 100: engagement by followers, against the usual,"
            " and visits of the profile."),
          score_formula(RELEVANCE), score(RELEVANCE), Unit.SCORE),
    _ours("prediction_error", _("Prediction error"),
          _("The virality that was predicted less the one it has: above nought it was thought better than it was."),
          "{predicted_virality} − {virality}", less("predicted_virality", "virality"), Unit.SCORE, Better.NEITHER),
)  # fmt: skip
DERIVED = (*BASE, *RATES, *TIMING, *STANDING, *SCORES)
