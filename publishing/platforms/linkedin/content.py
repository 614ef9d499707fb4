"""What a post is made of, as LinkedIn writes it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from publishing.platforms.base import PublishKit
from publishing.platforms.linkedin.text import little
from publishing.platforms.linkedin.uploads import DOCUMENTS

ALT_LIMIT: Final = 4086
VISIBLE: Final = {"public": "PUBLIC", "followers": "CONNECTIONS"}
CARD: Final = "card"


def body_of(kit: PublishKit, states: Mapping[str, Mapping[str, Any]], *, author: str) -> dict[str, Any]:
    """The request that publishes."""
    content = content_of(kit, states)
    return {
        "author": author,
        "commentary": little(kit.text),
        "visibility": VISIBLE[str(kit.options.get("privacy") or "public")],
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        **({"content": content} if content else {}),
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def content_of(kit: PublishKit, states: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One file, several pictures, a link's card, or nothing."""
    urns = [str(states[str(place)]["urn"]) for place in range(len(kit.media))]
    if len(urns) > 1:
        images = [
            {"id": urn, "altText": media.alt[:ALT_LIMIT]} if media.alt else {"id": urn}
            for urn, media in zip(urns, kit.media, strict=True)
        ]
        return {"multiImage": {"images": images}}
    if urns:
        return {"media": _file(kit, urns[0])}
    return _card(kit, states)


def _file(kit: PublishKit, urn: str) -> dict[str, Any]:
    media = kit.media[0]
    titled = media.is_video or media.mime in DOCUMENTS
    title = (kit.title or media.path.stem) if titled else ""
    parts = {"title": title, "altText": "" if titled else media.alt[:ALT_LIMIT]}
    return {"id": urn, **{name: value for name, value in parts.items() if value}}


def _card(kit: PublishKit, states: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    link = str(kit.options.get("link") or "")
    if not link:
        return {}
    picture = {"thumbnail": states[CARD]["urn"]} if CARD in states else {}
    title = kit.title or urlsplit(link).hostname or link
    description = {"description": kit.description} if kit.description and kit.description != kit.text else {}
    return {"article": {"source": link, "title": title[:400], **description, **picture}}


def is_of(post: Mapping[str, Any], kit: PublishKit, states: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a post carries the kit's files: by their URNs where they are known, else by their number."""
    content = post.get("content") or {}
    single = content.get("media")
    shown = [str(one["id"]) for one in (content.get("multiImage") or {}).get("images") or ([single] if single else [])]
    wanted = [str(states.get(str(place), {}).get("urn") or "") for place in range(len(kit.media))]
    return shown == wanted if all(wanted) else len(shown) == len(wanted)
