"""The catalogue as a document (docs/metrics.md): generated, so that it says what the code does."""

from django.utils import translation

from analytics.catalogue import GROUPS, METRICS, PARTS, Metric, in_words
from trenddrop.core.catalogue import badge

HEAD = """# Metrics

Generated from the code by `manage.py write_metrics_doc`; a test holds it to the code. {total} metrics for each post,
{raw} as platforms count them and {derived} reckoned from those. The page shows the same under *Analytics → All
metrics*, the API under `/api/v1/metrics`, and a click on any number shows its formula with the values in it.

## What holds for all

- **Not given is not nought.** Where a part is missing, or it would be divided by nought, a metric is null and the page
  says “not given” with the reason. Nothing is estimated without saying so.
- **A count is kept as it was told.** A counter that falls or begins anew stays in the snapshots, its day has a gain
  below nought, and the post's page flags it. A metric that a platform stops telling keeps its last count, flagged.
- **Snapshots** are taken on a ladder: every two minutes to the tenth minute, every ten to the first hour, hourly to a
  day, every six hours to a week, daily to a month, weekly to ninety days; only what changed costs a row. After a week
  they are thinned to the last of each local day and the ages at which posts are compared.
- **Against the usual** means the account's up to 40 posts before it, each as it stood at the same age (48 hours at
  most), three at the fewest. The band of the curve is the middle half of them, five at the fewest.
- **Followers** are those of the day the post went live, else of the last day before within a month, else of the first
  within a week after.
- **Days** are days of the organisation's zone. A gain stands on the day it was seen: what came while nobody counted is
  not spread over the days between. Another zone makes all sums anew.
- **Times** such as the half-life are read off the stair of snapshots; what was first counted too late to say is null.

## Scores

Each part counts `value ÷ (value + usual)`: a half at what is usual, never more than all of it. Parts that are not given
are left out and the others weigh more; a score without any part is null.
"""


def document() -> str:
    """Return the whole document, in English."""
    with translation.override("en"):
        derived = sum(metric.is_derived for metric in METRICS.values())
        total = len(METRICS)
        parts = [HEAD.format(total=total, raw=total - derived, derived=derived)]
        parts += [_group(str(name), metrics) for _key, name, metrics in GROUPS]
        named = "".join(f"| `{key}` | {name} |\n" for key, name in PARTS.items())
        parts.append(f"## What formulas speak of besides\n\n| key | what it is |\n|---|---|\n{named}")
        return "\n".join(parts)


def _group(name: str, metrics: tuple[Metric, ...]) -> str:
    head = "| key | name | what it says | formula | unit | better | told by |\n|---|---|---|---|---|---|---|\n"
    return f"## {name}\n\n{head}{''.join(_line(metric) for metric in metrics)}"


def _line(metric: Metric) -> str:
    given = ", ".join(str(badge(key).name) for key in sorted(metric.platforms - {"practice"})) or f"({metric.source})"
    cells = [f"`{metric.key}`", metric.name, metric.means, in_words(metric), metric.unit.value, metric.better.value]
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in [*cells, given]) + " |\n"
