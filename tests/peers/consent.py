"""A platform's page in the browser, where a person says yes."""

import html
from urllib.parse import urlencode

from tests.peers.wire import Request, Response


def page_of(request: Request, *, code: str) -> Response:
    """A link that leads back with the code."""
    back = f"{request.first('redirect_uri')}?{urlencode({'code': code, 'state': request.first('state')})}"
    rights = "".join(f"<li>{html.escape(name)}</li>" for name in request.first("scope").replace(",", " ").split())
    allow = f'<a id="allow" href="{html.escape(back)}">Allow</a>'
    page = f'<!DOCTYPE html><html lang="en"><title>Sign in</title><ul>{rights}</ul>{allow}</html>'
    return Response(200, page, {"Content-Type": "text/html; charset=utf-8"})
