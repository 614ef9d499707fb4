"""What an address may be asked with: a name that it does not know is refused, never passed over."""

from collections.abc import Iterator
from inspect import isclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from trenddrop.core.rest.problems import UnknownParameters

MOST, LONGEST = 20, 100  # of what was written comes back


def check(view: Any) -> None:
    """Refuse what stands in the query and nothing here reads; raise UnknownParameters."""
    written = view.request.query_params
    if not written or not view.action or view.request.method not in {"GET", "HEAD"}:
        return
    known = names_of(view)
    unknown = sorted(set(written) - known)[:MOST]
    if unknown:
        raise UnknownParameters({name[:LONGEST]: _words(name, known) for name in unknown})


def _words(name: str, known: frozenset[str]) -> str:
    told = {"name": name[:LONGEST], "names": ", ".join(sorted(known))}
    if not known:
        return _("“%(name)s” is not known here: this address takes no parameters.") % told
    return _("“%(name)s” is not known here. Known are: %(names)s.") % told


def names_of(view: Any) -> frozenset[str]:
    """Return the names that the view's action reads: its filters, its pages' and those of its description."""
    found = {*_described(view), *(view.filterset_class.base_filters if view.filterset_class else ())}
    if view.action == "list" and view.paginator:
        found |= {each["name"] for each in view.paginator.get_schema_operation_parameters(view)}
    return frozenset(found)


def _described(view: Any) -> Iterator[str]:
    """Name what `extend_schema` says of the action: single parameters, and serializers of several."""
    kind = getattr(getattr(view, view.action), "kwargs", {}).get("schema")
    if kind is None:
        return
    schema = kind()
    schema.view, schema.method = view, view.request.method
    for each in schema.get_override_parameters():
        if isinstance(each, OpenApiParameter):
            if each.location == OpenApiParameter.QUERY and not each.response:
                yield each.name
        else:
            shape: Any = each() if isclass(each) else each
            yield from shape.fields
