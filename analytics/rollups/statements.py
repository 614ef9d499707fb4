"""The statements of the sums. Each is set-based, writes only what differs, and may be run again."""

# ruff: noqa: S608 (put together of the names of our own columns; every value is a parameter)

COUNTED = (
    "views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks", "follows", "watch_seconds",
)  # fmt: skip
GAINS = (*COUNTED, "engagement")
ACTIONS = ("likes", "comments", "shares", "saves")


def _each(pattern: str, names: tuple[str, ...] = GAINS) -> str:
    return ", ".join(pattern.format(name) for name in names)


_LAST = "(array_agg(shot.{0} ORDER BY shot.taken_at DESC) FILTER (WHERE shot.{0} IS NOT NULL))[1] AS {0}"
_GAIN = (
    "{0} - coalesce((max(ARRAY[(date - DATE '2000-01-01')::bigint, {0}])"
    " FILTER (WHERE {0} IS NOT NULL) OVER earlier)[2], 0) AS {0}"
)
_ENGAGEMENT = (
    f"CASE WHEN num_nonnulls({_each('gains.{0}', ACTIONS)}) > 0 THEN"
    f" {' + '.join(f'coalesce(gains.{name}, 0)' for name in ACTIONS)} END"
)
_DATE = "({0} AT TIME ZONE %(zone)s)::date"

# What each post won by day: the last count of the day less the last count of any day before.
POST_DAYS = f"""
    WITH ends AS (
        SELECT shot.post_id, {_DATE.format("shot.taken_at")} AS date, {_each(_LAST, COUNTED)}
        FROM analytics_postmetrics shot
        WHERE shot.organization_id = %(organization)s AND shot.post_id = ANY(%(posts)s) GROUP BY 1, 2
    ), gains AS (
        SELECT post_id, date, {_each(_GAIN, COUNTED)} FROM ends
        WINDOW earlier AS (PARTITION BY post_id ORDER BY date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), gone AS (
        DELETE FROM analytics_postday held
        WHERE held.organization_id = %(organization)s AND held.post_id = ANY(%(posts)s)
          AND NOT EXISTS (SELECT 1 FROM ends WHERE ends.post_id = held.post_id AND ends.date = held.date)
        RETURNING held.post_id, held.date
    ), written AS (
        INSERT INTO analytics_postday AS held (
            id, created_at, updated_at, organization_id, post_id, date, {_each("{0}")}, virality, quality, relevance
        )
        SELECT gen_random_uuid(), %(now)s, %(now)s, %(organization)s, gains.post_id, gains.date,
            {_each("gains.{0}", COUNTED)}, {_ENGAGEMENT},
            CASE WHEN is_last THEN measured.virality END, CASE WHEN is_last THEN measured.quality END,
            CASE WHEN is_last THEN measured.relevance END
        FROM gains JOIN analytics_measuredpost measured ON measured.post_id = gains.post_id
        CROSS JOIN LATERAL (SELECT gains.date = {_DATE.format("measured.last_at")} AS is_last) latest
        ON CONFLICT (post_id, date) DO UPDATE SET {_each("{0} = EXCLUDED.{0}")}, updated_at = EXCLUDED.updated_at,
            virality = coalesce(EXCLUDED.virality, held.virality), quality = coalesce(EXCLUDED.quality, held.quality),
            relevance = coalesce(EXCLUDED.relevance, held.relevance)
        WHERE ({_each("held.{0}")}, held.virality, held.quality, held.relevance) IS DISTINCT FROM (
            {_each("EXCLUDED.{0}")}, coalesce(EXCLUDED.virality, held.virality),
            coalesce(EXCLUDED.quality, held.quality), coalesce(EXCLUDED.relevance, held.relevance)
        )
        RETURNING held.post_id, held.date
    ), moved AS (SELECT * FROM gone UNION ALL SELECT * FROM written)
    SELECT measured.connection_id, moved.date
    FROM moved JOIN analytics_measuredpost measured ON measured.post_id = moved.post_id
    UNION
    SELECT connection_id, {_DATE.format("published_at")} FROM analytics_measuredpost
    WHERE post_id = ANY(%(posts)s)
"""

# Posts of an account that went live on a day, as far as an index can tell, and then exactly.
_LIVE = f"""
    published_at >= (touched.date - 1)::timestamp AT TIME ZONE 'UTC'
    AND published_at < (touched.date + 2)::timestamp AT TIME ZONE 'UTC'
    AND {_DATE.format("published_at")} = touched.date
"""
_SUM = "sum({0})::bigint AS {0}"
_ONE_CLIENT = (
    "CASE WHEN count(client_id) = count(*) AND count(DISTINCT client_id) = 1 THEN min(client_id::text)::uuid END"
)

ACCOUNT_DAYS = f"""
    WITH touched AS (
        SELECT connection_id, date FROM unnest(%(connections)s::uuid[], %(dates)s::date[]) AS t (connection_id, date)
    ), parts AS (
        SELECT measured.connection_id, measured.brand_id, measured.client_id, measured.platform, measured.is_simulated,
            day.date, 0 AS published, {_each("day.{0}")}
        FROM touched JOIN analytics_postday day ON day.organization_id = %(organization)s AND day.date = touched.date
        JOIN analytics_measuredpost measured
            ON measured.post_id = day.post_id AND measured.connection_id = touched.connection_id
        UNION ALL
        SELECT measured.connection_id, measured.brand_id, measured.client_id, measured.platform, measured.is_simulated,
            touched.date, 1, {_each("NULL::bigint")}
        FROM touched JOIN analytics_measuredpost measured ON measured.connection_id = touched.connection_id
            AND {_LIVE}
    ), sums AS (
        SELECT connection_id, brand_id, date, {_ONE_CLIENT} AS client_id, min(platform) AS platform,
            bool_or(is_simulated) AS is_simulated, sum(published)::integer AS published, {_each(_SUM)}
        FROM parts GROUP BY connection_id, brand_id, date
    ), gone AS (
        DELETE FROM analytics_accountday held USING touched
        WHERE held.organization_id = %(organization)s AND held.connection_id = touched.connection_id
          AND held.date = touched.date AND NOT EXISTS (
            SELECT 1 FROM sums WHERE sums.connection_id = held.connection_id AND sums.date = held.date
                AND sums.brand_id IS NOT DISTINCT FROM held.brand_id
        )
    )
    INSERT INTO analytics_accountday AS held (
        id, created_at, updated_at, organization_id, client_id, connection_id, brand_id, platform, date, published,
        is_simulated, {_each("{0}")}
    )
    SELECT gen_random_uuid(), %(now)s, %(now)s, %(organization)s, client_id, connection_id, brand_id, platform, date,
        published, is_simulated, {_each("{0}")} FROM sums
    ON CONFLICT (connection_id, brand_id, date) DO UPDATE SET updated_at = EXCLUDED.updated_at,
        client_id = EXCLUDED.client_id, platform = EXCLUDED.platform, published = EXCLUDED.published,
        is_simulated = EXCLUDED.is_simulated, {_each("{0} = EXCLUDED.{0}")}
    WHERE (held.client_id, held.platform, held.published, held.is_simulated, {_each("held.{0}")}) IS DISTINCT FROM
        (EXCLUDED.client_id, EXCLUDED.platform, EXCLUDED.published, EXCLUDED.is_simulated, {_each("EXCLUDED.{0}")})
"""

_TOLD = ("created", "published", "views", "engagement", "reach")
_AS_JSON = "jsonb_object_agg(platform, jsonb_build_object(" + _each("'{0}', {0}", _TOLD) + "))"
_TOTALS = (
    "sum(created)::integer AS created, sum(published)::integer AS published, sum(views)::bigint AS views,"
    f" sum(engagement)::bigint AS engagement, sum(reach)::bigint AS reach, {_AS_JSON} AS platforms"
)
_WRITE_SNAPSHOTS = f"""
    gone AS (
        DELETE FROM analytics_analyticssnapshot held USING touched
        WHERE held.organization_id = %(organization)s AND held.period = %(period)s AND held.start = touched.date
          AND NOT EXISTS (
            SELECT 1 FROM sums WHERE sums.date = held.start AND sums.client_id IS NOT DISTINCT FROM held.client_id
        )
    )
    INSERT INTO analytics_analyticssnapshot AS held (
        id, created_at, updated_at, organization_id, client_id, period, start, {_each("{0}", _TOLD)}, platforms
    )
    SELECT gen_random_uuid(), %(now)s, %(now)s, %(organization)s, client_id, %(period)s, date, {_each("{0}", _TOLD)},
        platforms FROM sums
    ON CONFLICT (organization_id, client_id, period, start) DO UPDATE SET updated_at = EXCLUDED.updated_at,
        {_each("{0} = EXCLUDED.{0}", _TOLD)}, platforms = EXCLUDED.platforms
    WHERE ({_each("held.{0}", _TOLD)}, held.platforms) IS DISTINCT FROM
        ({_each("EXCLUDED.{0}", _TOLD)}, EXCLUDED.platforms)
"""

SNAPSHOT_DAYS = f"""
    WITH touched AS (SELECT date FROM unnest(%(dates)s::date[]) AS t (date)), parts AS (
        SELECT day.date, measured.client_id, measured.platform, 0 AS created, 0 AS published, day.views,
            day.engagement, day.reach
        FROM touched JOIN analytics_postday day ON day.organization_id = %(organization)s AND day.date = touched.date
        JOIN analytics_measuredpost measured ON measured.post_id = day.post_id
        UNION ALL
        SELECT touched.date, client_id, platform, 0, 1, NULL, NULL, NULL
        FROM touched JOIN analytics_measuredpost measured ON organization_id = %(organization)s AND {_LIVE}
        UNION ALL
        SELECT touched.date, client_id, platform, 1, 0, NULL, NULL, NULL
        FROM touched JOIN content_generatedcontent piece ON organization_id = %(organization)s
            AND {_LIVE.replace("published_at", "created_at")}
    ), both_views AS (
        SELECT date, NULL::uuid AS client_id, platform, created, published, views, engagement, reach FROM parts
        UNION ALL SELECT * FROM parts WHERE client_id IS NOT NULL
    ), by_platform AS (
        SELECT date, client_id, platform, sum(created) AS created, sum(published) AS published, sum(views) AS views,
            sum(engagement) AS engagement, sum(reach) AS reach
        FROM both_views GROUP BY date, client_id, platform
    ), sums AS (SELECT date, client_id, {_TOTALS} FROM by_platform GROUP BY date, client_id),
    {_WRITE_SNAPSHOTS}
"""

SNAPSHOT_PERIODS = f"""
    WITH touched AS (SELECT date FROM unnest(%(dates)s::date[]) AS t (date)), by_platform AS (
        SELECT touched.date, day.client_id, each.key AS platform, sum((each.value ->> 'created')::bigint) AS created,
            sum((each.value ->> 'published')::bigint) AS published, sum((each.value ->> 'views')::bigint) AS views,
            sum((each.value ->> 'engagement')::bigint) AS engagement, sum((each.value ->> 'reach')::bigint) AS reach
        FROM touched JOIN analytics_analyticssnapshot day ON day.organization_id = %(organization)s
            AND day.period = 'day' AND day.start >= touched.date
            AND day.start < (touched.date + ('1 ' || %(period)s)::interval)::date
        CROSS JOIN LATERAL jsonb_each(day.platforms) each
        GROUP BY touched.date, day.client_id, each.key
    ), sums AS (SELECT date, client_id, {_TOTALS} FROM by_platform GROUP BY date, client_id),
    {_WRITE_SNAPSHOTS}
"""

# Organisations with something to sum: changed posts, new pieces, another zone, or days to be made again.
DUE = """
    SELECT organization.id FROM accounts_organization organization
    LEFT JOIN analytics_rollupmark mark ON mark.organization_id = organization.id AND mark.name = 'posts'
    CROSS JOIN LATERAL (SELECT coalesce(mark.reached - %(lag)s, '-infinity') AS since) known
    WHERE mark.dirty_from IS NOT NULL OR mark.zone <> organization.timezone OR EXISTS (
        SELECT 1 FROM analytics_measuredpost measured
        WHERE measured.organization_id = organization.id AND measured.updated_at > known.since
    ) OR EXISTS (
        SELECT 1 FROM content_generatedcontent piece
        WHERE piece.organization_id = organization.id AND piece.created_at > known.since
    )
    ORDER BY organization.id
"""
