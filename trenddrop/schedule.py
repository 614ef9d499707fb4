"""What is done again and again, and how often; beat keeps it in the database, where the admin can change it."""

from datetime import timedelta
from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "publish what is due": {"task": "publishing.tasks.publish_due", "schedule": timedelta(seconds=10)},
    "apply what platforms told": {"task": "publishing.tasks.apply_events", "schedule": timedelta(seconds=15)},
    "listen to accounts": {"task": "publishing.tasks.listen", "schedule": timedelta(minutes=2)},
    "forget what platforms told": {"task": "publishing.tasks.forget_events", "schedule": timedelta(hours=24)},
    "sweep lost posts": {"task": "publishing.tasks.sweep", "schedule": timedelta(seconds=60)},
    "ask for posts by hand": {"task": "publishing.tasks.assist", "schedule": timedelta(seconds=30)},
    "clear outgoing pictures": {"task": "publishing.tasks.clear_outgoing", "schedule": timedelta(hours=12)},
    "fetch trends": {"task": "trends.tasks.collect_due", "schedule": timedelta(minutes=1)},
    "score trends": {"task": "trends.tasks.score_topics", "schedule": timedelta(minutes=10)},
    "hold watches against topics": {"task": "trends.tasks.watch_topics", "schedule": timedelta(minutes=1)},
    "deliver to webhooks": {"task": "trends.tasks.deliver_webhooks", "schedule": timedelta(minutes=1)},
    "forget deliveries": {"task": "trends.tasks.forget_deliveries", "schedule": timedelta(hours=12)},
    "roll up trend days": {"task": "trends.tasks.roll_up_days", "schedule": timedelta(hours=1)},
    "remove old trends": {"task": "trends.tasks.remove_old", "schedule": timedelta(hours=24)},
    "settle forecasts": {"task": "trends.tasks.settle_forecasts", "schedule": timedelta(hours=1)},
    "train forecasts": {"task": "trends.tasks.train_forecasts", "schedule": timedelta(hours=24)},
    "keep trend partitions": {"task": "trends.tasks.keep_partitions", "schedule": timedelta(hours=12)},
    "ideas for what fits best": {"task": "trends.tasks.write_best_ideas", "schedule": timedelta(hours=1)},
    "metric snapshots": {"task": "analytics.tasks.measure_due", "schedule": timedelta(minutes=1)},
    "learn from results": {"task": "analytics.tasks.learn_due", "schedule": timedelta(minutes=30)},
    "resume interrupted assets": {
        "task": "content.tasks.resume_interrupted",
        "schedule": timedelta(minutes=2),
    },
    "resume voices": {"task": "content.tasks.resume_voices", "schedule": timedelta(minutes=2)},
    "resume interrupted fixes": {"task": "content.tasks.resume_fixes", "schedule": timedelta(minutes=2)},
    "resume interrupted jobs": {"task": "content.tasks.resume_repurposing", "schedule": timedelta(minutes=2)},
    "remove stale uploads": {"task": "content.tasks.remove_stale_uploads", "schedule": timedelta(hours=6)},
    "purge deleted assets": {"task": "content.tasks.purge_deleted", "schedule": timedelta(hours=24)},
    "learn tags": {"task": "content.tasks.learn_tags", "schedule": timedelta(hours=24)},
    "results of libraries": {"task": "content.tasks.measure_libraries", "schedule": timedelta(hours=1)},
    "rights requests": {"task": "accounts.tasks.sweep_requests", "schedule": timedelta(minutes=1)},
    "ask chains what wallets hold": {"task": "accounts.tasks.check_gates", "schedule": timedelta(minutes=5)},
    "forget answered requests": {
        "task": "accounts.tasks.forget_answered_requests",
        "schedule": timedelta(hours=1),
    },
    "mail notifications": {"task": "accounts.tasks.mail_notifications", "schedule": timedelta(minutes=1)},
    "embed voice samples": {"task": "accounts.tasks.embed_voices_waiting", "schedule": timedelta(minutes=10)},
    "mail invitations again": {"task": "accounts.tasks.mail_invitations_waiting", "schedule": timedelta(minutes=5)},
    "mail digests": {"task": "accounts.tasks.mail_digests", "schedule": timedelta(minutes=10)},
    "verify the audit log": {"task": "accounts.tasks.verify_audit", "schedule": timedelta(hours=24)},
}
