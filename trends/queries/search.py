"""Topics by their words and facets: one question to one index (migration 0011 keeps it)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connection
from django.db.models import Func, Lookup, Q, QuerySet, TextField, Value

from trends.models import TrendTopic
from trends.normalise import Kind, normalise

FACETS = ("kind", "source", "platform", "region", "language")
FEW = 5000
GENERAL = "general"  # a topic of no one platform
CASES = {"region": str.upper, "language": str.lower}


@SearchVectorField.register_lookup
class Meets(Lookup[bool]):
    """Words meet a question that was put together already; Django's own lookup would take it for a text."""

    lookup_name = "meets"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return `words @@ question`."""
        words, given = self.process_lhs(compiler, connection)
        question, asked = self.process_rhs(compiler, connection)
        return f"{words} @@ {question}", [*given, *asked]


class Wanted(Func):
    """Words, in any spelling a topic may have, and facets that must all be there; nothing asked is met by nothing."""

    function = "trends_wanted"

    def __init__(self, said: str = "", facets: Mapping[str, str] | None = None, **extra: Any) -> None:
        """Take the words as typed, and facets by name; empty ones are not asked for."""
        texts: ArrayField[Any, Any] = ArrayField(TextField())
        values = [Value(said, TextField()), Value(_keys(said), texts), Value(_facets(facets or {}), texts)]
        super().__init__(*values, output_field=SearchQueryField(), **extra)


def narrowed(topics: QuerySet[TrendTopic], said: str = "", facets: Mapping[str, str] | None = None) -> QuerySet[Any]:
    """Narrow topics by words and facets: where few meet them they are asked for at once (one statement), else joined.

    The planner can't tell which it is, and would walk a million topics by score for a word that nobody said.
    """
    wanted = narrowed_to(said, facets)
    if not wanted:
        return topics
    with connection.cursor() as cursor:
        cursor.execute("SELECT trends_found(trends_wanted(%s, %s::text[], %s::text[]), %s)",
                       [said, _keys(said), _facets(facets or {}), FEW + 1])  # fmt: skip
        found = cursor.fetchone()[0]
    return topics.filter(wanted) if len(found) > FEW else topics.filter(pk__in=found)


def says(said: str) -> Q:
    """Match the beginnings of words in any of a topic's names, or of its key, however it is spelt together."""
    return narrowed_to(said)


def narrowed_to(said: str = "", facets: Mapping[str, str] | None = None) -> Q:
    """Match words and facets (kind, source, platform, region, language); no condition where nothing is asked."""
    if not said and not any((facets or {}).values()):
        return Q()
    return Q(wording__words__meets=Wanted(said, facets))


def _keys(said: str) -> list[str]:
    keys = (normalise(said, kind) for kind in (Kind.KEYWORD, Kind.HEADLINE)) if said else ()
    return [key for key in dict.fromkeys(keys) if key]


def _facets(asked: Mapping[str, str]) -> list[str]:
    return [f"={name}={_value(name, asked[name])}" for name in FACETS if asked.get(name)]


def _value(name: str, value: str) -> str:
    if name == "platform" and value == GENERAL:
        return ""
    return CASES.get(name, str)(value)
