"""How hosted voices are asked: sound streamed to a file with a cap, every refusal in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from django.utils.translation import gettext as _

from trenddrop.core import http
from trenddrop.core.speaking.base import SpeakingFailed

TIMEOUT = httpx.Timeout(120.0, connect=10.0)
MOST_BYTES = 100 * 1024**2
MOST_SECONDS = 300.0
SOUND = ("audio/", "application/octet-stream", "binary/")


def fetch_sound(address: str, body: Mapping[str, Any], out: Path, *, headers: Mapping[str, str], key: str) -> None:
    """POST `body` as JSON and write the sound that comes back; `key` names the setting to look at."""
    try:
        with (
            http.client(timeout=TIMEOUT) as client,
            client.stream("POST", address, json=dict(body), headers=dict(headers)) as answer,
        ):
            if answer.status_code >= 400:
                raise SpeakingFailed(_refusal(answer, key))
            _require_sound(answer)
            with out.open("wb") as file:
                for piece in http.read_up_to(answer, MOST_BYTES, seconds=MOST_SECONDS):
                    file.write(piece)
    except httpx.TimeoutException as error:
        raise SpeakingFailed(_("The voice service did not answer in time. The script is kept; try again.")) from error
    except (httpx.HTTPError, http.FetchError) as error:
        raise SpeakingFailed(_("The voice service cannot be reached. The script is kept; try again.")) from error
    if not out.stat().st_size:
        raise SpeakingFailed(_("The voice service answered with silence. The script is kept; try again."))


def ask(method: str, address: str, *, headers: Mapping[str, str], key: str, **body: Any) -> dict[str, Any]:
    """Ask for JSON; raise SpeakingFailed."""
    try:
        with http.client(timeout=TIMEOUT) as client:
            answer = client.request(method, address, headers=dict(headers), **body)
    except httpx.TimeoutException as error:
        raise SpeakingFailed(_("The voice service did not answer in time. Try again.")) from error
    except httpx.HTTPError as error:
        raise SpeakingFailed(_("The voice service cannot be reached. Try again.")) from error
    if answer.status_code >= 400:
        raise SpeakingFailed(_refusal(answer, key), status=answer.status_code)
    if not answer.content:
        return {}
    try:
        found = answer.json()
    except ValueError as error:
        raise SpeakingFailed(_("The voice service answered something that is no answer.")) from error
    return found if isinstance(found, dict) else {}


def _require_sound(answer: httpx.Response) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(SOUND):
        told = _("The voice service answered “%(kind)s” instead of sound. The script is kept.")
        raise SpeakingFailed(told % {"kind": kind})


def _refusal(answer: httpx.Response, key: str) -> str:
    status = answer.status_code
    if status in {401, 403}:
        return _("The voice service does not accept the key. The operator must set %(key)s.") % {"key": key}
    if status == 402:
        return _("The voice service's own plan is used up. The operator must look at it. The script is kept.")
    if status == 404:
        return _("The voice service does not know this voice or address.")
    if status == 413:
        return _("The voice service does not take this much text at once. Make the scene shorter.")
    if status == 429:
        return _("The voice service asks us to slow down. The script is kept; try again in a few minutes.")
    told = _("The voice service refused (status %(status)s). The script is kept; try again.")
    return told % {"status": status}
