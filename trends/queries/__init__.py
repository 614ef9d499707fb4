"""Questions of the trends pages. Each page is a fixed number of statements, whatever its rows."""

from trends.queries.explorer import (
    COLUMNS,
    MOST_COUNTED,
    PAGE,
    UNKNOWN,
    BadPlace,
    Page,
    Row,
    page,
    row_of,
    why_it_rises,
    with_fit,
)
from trends.queries.search import narrowed, narrowed_to, says
from trends.queries.sources import Strand, sources, strands
from trends.queries.topic import Kin, Told, kin_of, observations, told_of, winner_of
from trends.queries.wishes import AGES, SORTS, VIEWS, Wish

__all__ = [
    "AGES",
    "COLUMNS",
    "MOST_COUNTED",
    "PAGE",
    "SORTS",
    "UNKNOWN",
    "VIEWS",
    "BadPlace",
    "Kin",
    "Page",
    "Row",
    "Strand",
    "Told",
    "Wish",
    "kin_of",
    "narrowed",
    "narrowed_to",
    "observations",
    "page",
    "row_of",
    "says",
    "sources",
    "strands",
    "told_of",
    "why_it_rises",
    "winner_of",
    "with_fit",
]
