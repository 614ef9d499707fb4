"""How often each door of the product may be used (accounts.doors counts). Named by URL name, or by area ("admin/").

A door that is not named here has accounts.doors.DEFAULT: 120 changes a minute and person.
"""

from collections.abc import Mapping
from datetime import timedelta

from accounts.doors import Door, Elsewhere, Limit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SEARCH = Limit(60, MINUTE)
REPORT = Door(Limit(10, HOUR), Limit(100, DAY, by="organization"))
CONNECT = Door(Limit(10, timedelta(minutes=10)), Limit(60, DAY, by="organization"))

DOORS: Mapping[str, Door | Elsewhere] = {
    # Limited in another place
    "accounts/": Elsewhere("django-allauth counts sign-in, sign-up, codes and mails itself (ACCOUNT_RATE_LIMITS)."),
    "admin/": Elsewhere("Operators only, who are few and known."),
    "api/": Elsewhere("The API counts by key and by plan, and says so in its headers."),
    "practice/api/": Elsewhere("Counted by practice account, answered as its protocol writes refusals."),
    # What costs: bytes, other people's servers, models
    "upload": Door(Limit(60, HOUR), Limit(600, DAY, by="organization")),
    "uploads": Door(Limit(300, HOUR), Limit(2000, DAY, by="organization")),
    "upload_part": Door(Limit(600, MINUTE)),
    "asset_new": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "asset_retry": Door(Limit(20, MINUTE)),
    "asset_match": Door(Limit(20, MINUTE)),
    "asset_subtitles": Door(Limit(20, MINUTE)),
    "asset_text": Door(Limit(30, MINUTE)),
    "asset_moments": Door(Limit(60, MINUTE), reads="*"),
    "transcript_language": Door(Limit(20, MINUTE)),
    "transcript_read": Door(Limit(20, MINUTE)),
    "piece_rewrite": Door(Limit(30, MINUTE), Limit(1000, DAY, by="organization")),
    "piece_check": Door(Limit(240, MINUTE)),  # asked while somebody types
    "piece_variants": Door(Limit(10, MINUTE), Limit(300, DAY, by="organization")),
    "piece_covers": Door(Limit(20, MINUTE), Limit(1000, DAY, by="organization")),
    "piece_fix": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "piece_bring": Door(Limit(60, HOUR), Limit(300, DAY, by="organization")),
    "piece_kit": Door(Limit(30, HOUR), Limit(300, DAY, by="organization"), reads="*"),
    "make_more_plan": Door(Limit(20, MINUTE)),
    "make_more_ask": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "make_more_price": Door(Limit(240, MINUTE), reads="*"),  # asked while somebody chooses
    "plan_make": Door(Limit(10, MINUTE), Limit(100, DAY, by="organization")),
    "piece_anew": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "repurposing_retry": Door(Limit(20, MINUTE)),
    "idea_new": Door(Limit(20, MINUTE), Limit(500, DAY, by="organization")),
    "script_new": Door(Limit(20, MINUTE), Limit(500, DAY, by="organization")),
    "script_rewrite": Door(Limit(30, MINUTE), Limit(1000, DAY, by="organization")),
    "script_video_price": Door(Limit(240, MINUTE), reads="*"),  # asked while somebody chooses
    "script_video": Door(Limit(20, MINUTE), Limit(100, DAY, by="organization")),
    "script_pieces": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "voice_over_new": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "voice_over_asset": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "voice_add": Door(Limit(20, MINUTE)),
    "voice_clone": Door(Limit(10, HOUR), Limit(50, DAY, by="organization")),
    "opportunity_ask": Door(Limit(20, MINUTE), Limit(500, DAY, by="organization")),
    "numbers_insight_do": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "numbers_insights_ask": Door(Limit(10, HOUR), Limit(50, DAY, by="organization")),
    "numbers_goal_new": Door(Limit(30, MINUTE), Limit(300, DAY, by="organization")),
    # Platforms tell in bursts; each delivery is verified before anything is kept
    **dict.fromkeys(("webhook", "webhook_of"), Door(Limit(3000, MINUTE, by="ip"), reads="*")),
    **dict.fromkeys(
        ("checkout", "plan_review", "plan_method", "payment_due"),
        Door(Limit(30, HOUR), Limit(200, DAY, by="organization")),
    ),
    "billing_webhook": Door(Limit(3000, MINUTE, by="ip"), reads="*"),
    "billing_cashfree": Door(Limit(60, MINUTE, by="ip"), reads="*"),
    **dict.fromkeys(
        ("sandbox_checkout", "sandbox_payment", "sandbox_subscription"), Door(Limit(120, MINUTE, by="ip"), reads="*")
    ),
    # Counted links and the pages of other sites: open to everybody, so each address has its share
    "short_link": Door(Limit(600, MINUTE, by="ip"), reads="*"),
    "site_script": Door(Limit(1200, MINUTE, by="ip"), reads="*"),
    "site_tell": Door(Limit(300, MINUTE, by="ip")),
    **dict.fromkeys(("site_events", "site_stripe", "site_shopify"), Door(Limit(3000, MINUTE, by="ip"))),
    "advice_do": Door(Limit(10, MINUTE), Limit(60, HOUR), Limit(300, DAY, by="organization")),
    "advice_ask": Door(Limit(10, MINUTE), Limit(60, HOUR), Limit(300, DAY, by="organization")),
    "numbers_advisor_ask": Door(Limit(10, MINUTE), Limit(60, HOUR), Limit(500, DAY, by="organization")),
    "numbers_report_make": Door(Limit(10, MINUTE), Limit(200, DAY, by="organization")),
    "numbers_report_pdf": Door(Limit(30, MINUTE), reads="*"),
    "report_unsubscribe": Door(Limit(60, MINUTE, by="ip"), reads="*"),
    "numbers_posts_bring": Door(Limit(20, MINUTE), Limit(200, DAY, by="organization")),
    "numbers_post_enter": Door(Limit(60, MINUTE)),
    "numbers_link_new": Door(Limit(60, MINUTE), Limit(2000, DAY, by="organization")),
    "post_link_make": Door(Limit(60, MINUTE), Limit(2000, DAY, by="organization")),
    "piece_link_make": Door(Limit(60, MINUTE), Limit(2000, DAY, by="organization")),
    "conversions_import": Door(Limit(20, MINUTE), Limit(200, DAY, by="organization")),
    "erasing": Door(Limit(60, MINUTE, by="ip"), reads="*"),
    "numbers_account_new": Door(Limit(20, MINUTE), Limit(300, DAY, by="organization")),
    "numbers_account_backfill": Door(Limit(10, HOUR), Limit(60, DAY, by="organization")),
    "numbers_import_new": Door(Limit(20, MINUTE), Limit(200, DAY, by="organization")),
    "numbers_import_take_in": Door(Limit(20, MINUTE)),
    "publish_now": Door(Limit(30, MINUTE)),
    "calendar_drop": Door(Limit(240, MINUTE)),
    "calendar_bulk": Door(Limit(20, MINUTE)),
    "calendar_entry_drop": Door(Limit(240, MINUTE)),
    "calendar_entry_there": Door(Limit(600, MINUTE), reads="*"),
    "calendar_there": Door(Limit(600, MINUTE), reads="*"),  # asked while something is dragged
    "compose": Door(Limit(30, MINUTE), Limit(1000, DAY, by="organization")),
    "composing": Door(Limit(90, MINUTE)),
    "composing_check": Door(Limit(240, MINUTE)),  # asked while somebody types
    **dict.fromkeys(("plan_import_new", "plan_propose"), Door(Limit(20, MINUTE), Limit(200, DAY, by="organization"))),
    "plan_export": Door(Limit(30, HOUR), reads="*"),
    "queue_add": Door(Limit(60, MINUTE)),
    "schedule": Door(Limit(60, MINUTE)),
    "post_retry": Door(Limit(10, MINUTE)),
    "post_look": Door(Limit(30, MINUTE)),
    "connect_practice": CONNECT,
    **dict.fromkeys(("connect", "connect_by_hand"), CONNECT),
    "connection_back": Door(Limit(20, timedelta(minutes=10)), reads="*"),
    "numbers_search_connect": CONNECT,
    "numbers_search_back": Door(Limit(20, timedelta(minutes=10)), reads="*"),
    "numbers_search_import": Door(Limit(20, MINUTE), Limit(200, DAY, by="organization")),
    "numbers_content": Door(Limit(120, MINUTE), reads="*"),
    "connection_check": Door(Limit(20, MINUTE)),
    "wallet_offer": Door(Limit(20, timedelta(minutes=10))),
    "wallet_prove": Door(Limit(20, timedelta(minutes=10))),
    "gate_test": Door(Limit(20, MINUTE)),
    "watch_new": Door(Limit(20, MINUTE)),
    "watch_preview": Door(Limit(60, MINUTE)),
    "watch_test": Door(Limit(10, MINUTE), Limit(200, DAY, by="organization")),
    "watch_secret": Door(Limit(10, MINUTE)),
    "lessons_renew": Door(Limit(10, MINUTE)),
    "lesson_leave_out": Door(Limit(30, MINUTE)),
    "library_take": Door(Limit(20, MINUTE)),
    "library_preview": Door(Limit(60, MINUTE)),
    "library_item_offer": REPORT,
    "shared_template_take": Door(Limit(20, MINUTE)),
    "template_offer": REPORT,
    "template_clip": Door(Limit(10, MINUTE), Limit(100, DAY, by="organization")),
    "template_sketch": Door(Limit(90, MINUTE), reads="*"),
    # Reports, which people have to read
    "flag_topic": REPORT,
    "flag_asset": REPORT,
    "flag_piece": REPORT,
    "flag_library_item": REPORT,
    "flag_practice_post": REPORT,
    # Mails and messages to others, and what is costly to make
    "invite": Door(Limit(60, MINUTE), Limit(600, DAY, by="organization")),
    "invitation_resend": Door(Limit(60, MINUTE), Limit(600, DAY, by="organization")),
    "invitation": Door(Limit(60, MINUTE, by="ip"), reads="*"),
    "link_new": Door(Limit(60, HOUR), Limit(300, DAY, by="organization")),
    "link_mail": Door(Limit(60, HOUR), Limit(300, DAY, by="organization")),
    # Links of people without an account: guessing, deciding, looking
    "review": Door(Limit(30, MINUTE, by="ip"), reads="*"),
    **dict.fromkeys(("review_work", "review_piece"), Door(Limit(120, MINUTE, by="ip"), reads="*")),
    **dict.fromkeys(("review_decide", "review_comment_new", "review_comment_remove"), Door(Limit(60, MINUTE, by="ip"))),
    "review_media": Door(Limit(1200, MINUTE, by="ip"), reads="*"),
    "public_media": Door(Limit(1200, MINUTE, by="ip"), reads="*"),
    "unsubscribe": Door(Limit(60, MINUTE, by="ip"), reads="*"),
    "phone": Door(Limit(30, HOUR)),
    "phone_code": Door(Limit(60, HOUR)),
    "api_keys": Door(Limit(60, HOUR)),
    "organization_export": Door(Limit(20, HOUR)),
    "organization_import": Door(Limit(20, HOUR)),
    "my_data_export": Door(Limit(20, HOUR)),
    "voice_check": Door(Limit(30, MINUTE)),
    "voice_from_pages": Door(Limit(10, MINUTE), Limit(200, DAY, by="organization")),  # reads other people's servers
    "voice_from_document": Door(Limit(20, MINUTE)),
    "post_voice": Door(Limit(60, MINUTE)),
    "audit_csv": Door(Limit(30, HOUR), reads="*"),
    # Full-text and vector search
    "find": Door(Limit(240, MINUTE), reads="q"),  # asked while somebody types
    "library": Door(SEARCH, reads="q"),
    "trends": Door(SEARCH, reads="q"),
}
