"""NUL in the query of an address: no text of the database can hold it, and nobody types it."""

from django.http import HttpRequest, QueryDict

API = "/api/"  # there it is refused, in words
REFUSED = frozenset({"wish"})  # as it is by the form that asks for it


def strip(request: HttpRequest) -> None:
    """Take NUL out of a page's query, as if it had not been sent."""
    query = request.META.get("QUERY_STRING", "")
    if ("%00" not in query and "\0" not in query) or request.path.startswith(API):
        return
    plain = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        kept = values if name in REFUSED else [value.replace("\0", "") for value in values]
        plain.setlistdefault(name.replace("\0", ""), []).extend(kept)
    request.META["QUERY_STRING"] = plain.urlencode()
    request.GET = QueryDict(request.META["QUERY_STRING"])
