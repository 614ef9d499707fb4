"""Adding clicks and visits to their days: each row is taken and counted in one statement, so none is lost or doubled.

A click is one insert; nobody waits for a counter that others hold. The rows live in PostgreSQL, not in a list in Redis:
what was answered with a redirect is counted even when power fails, and taking them away and adding them up is one
transaction, so that a worker that is killed in between has done neither.
"""

import datetime as dt

from django.db import connection

from accounts import tenancy

BATCH = 5000
ROUNDS = 200

TAKEN = """
    taken AS (
        DELETE FROM analytics_hit WHERE id = ANY(ARRAY(SELECT id FROM analytics_hit ORDER BY id LIMIT %(batch)s))
        RETURNING *
    ),
    placed AS (
        SELECT taken.*, (taken.at AT TIME ZONE organization.timezone)::date AS day
        FROM taken JOIN accounts_organization organization ON organization.id = taken.organization_id
    )
"""
FOLD = f"""
    WITH {TAKEN},
    by_link AS (
        INSERT INTO analytics_linkday AS known (
            id, created_at, updated_at, organization_id, link_id, date, country, referrer, device, clicks, bots
        )
        SELECT gen_random_uuid(), %(now)s, %(now)s, organization_id, link_id, day, country, referrer, device,
               count(*) FILTER (WHERE NOT is_bot), count(*) FILTER (WHERE is_bot)
        FROM placed WHERE link_id IS NOT NULL
        GROUP BY organization_id, link_id, day, country, referrer, device
        ON CONFLICT (link_id, date, country, referrer, device) DO UPDATE
        SET clicks = known.clicks + excluded.clicks, bots = known.bots + excluded.bots, updated_at = excluded.updated_at
    ),
    by_site AS (
        INSERT INTO analytics_siteday AS known (
            id, created_at, updated_at, organization_id, site_id, date, channel, campaign, visits, agreed, conversions,
            bots
        )
        SELECT gen_random_uuid(), %(now)s, %(now)s, organization_id, site_id, day, channel, campaign,
               count(*) FILTER (WHERE kind = 'visit' AND NOT is_bot),
               count(*) FILTER (WHERE kind = 'agreed' AND NOT is_bot),
               count(*) FILTER (WHERE kind = 'conversion' AND NOT is_bot), count(*) FILTER (WHERE is_bot)
        FROM placed WHERE site_id IS NOT NULL
        GROUP BY organization_id, site_id, day, channel, campaign
        ON CONFLICT (site_id, date, channel, campaign) DO UPDATE
        SET visits = known.visits + excluded.visits, agreed = known.agreed + excluded.agreed,
            conversions = known.conversions + excluded.conversions, bots = known.bots + excluded.bots,
            updated_at = excluded.updated_at
    ),
    totals AS (
        UPDATE analytics_shortlink link
        SET clicks = link.clicks + found.count, last_clicked_at = greatest(link.last_clicked_at, found.last)
        FROM (
            SELECT link_id, count(*), max(at) AS last FROM placed WHERE link_id IS NOT NULL AND NOT is_bot
            GROUP BY link_id
        ) found
        WHERE link.id = found.link_id
    ),
    heard AS (
        UPDATE analytics_conversionsite site SET last_seen_at = greatest(site.last_seen_at, found.last)
        FROM (SELECT site_id, max(at) AS last FROM placed WHERE site_id IS NOT NULL GROUP BY site_id) found
        WHERE site.id = found.site_id
    )
    SELECT count(*) FROM placed
"""  # noqa: S608 (a part of our own)


def fold(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Add everything that waits to its days; return how many. One worker does it at a time."""
    done = 0
    for _round in range(ROUNDS):
        counted = _fold_some(now=now, batch=batch)
        done += counted
        if counted < batch:
            break
    return done


def _fold_some(*, now: dt.datetime, batch: int) -> int:
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('analytics:hits', 7))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, {"batch": batch, "now": now})
        return int(cursor.fetchone()[0])
