"""The Bot API by hand: one bot, one channel; its limits, its errors inside JSON, its wait in the body."""

import itertools
import json
import re
from typing import Any

from tests.peers.wire import Request, Response, Server, form_parts

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
CHAT = -1001234567890
CHANNEL = {"id": CHAT, "type": "channel", "title": "Kesar Naturals", "username": "kesarnaturals"}
MB = 1_000_000


def no(code: int, words: str, **parameters: Any) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    return Response(code, body | ({"parameters": parameters} if parameters else {}))


def yes(result: Any) -> Response:
    return Response(200, {"ok": True, "result": result})


class FakeTelegram(Server):
    """`posts` is what stands in the channel, oldest first: message_id, text or caption, files, reply_to, silent."""

    def __init__(self) -> None:
        self._ids = itertools.count(17)
        self.posts: list[dict[str, Any]] = []
        self.status = "administrator"
        self.chat: dict[str, Any] = dict(CHANNEL)
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Response:
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None or request.method != "POST":
            return no(404, "Not Found")
        if found[1] != TOKEN:
            return no(401, "Unauthorized")
        fields, files = self._read(request)
        methods = {
            "getMe": self._me,
            "getChat": self._chat,
            "getChatMember": self._member,
            "getChatMemberCount": lambda _fields, _files: yes(1240),
            "sendMessage": self._message,
            "sendPhoto": self._media,
            "sendVideo": self._media,
            "sendMediaGroup": self._album,
            "deleteMessage": self._delete,
        }
        known = methods.get(found[2])
        if known is None:
            return no(404, "Not Found: method not found")
        wants_chat = found[2] != "getMe"
        if wants_chat and str(fields.get("chat_id")) not in {str(CHAT), "@kesarnaturals"}:
            return no(400, "Bad Request: chat not found")
        return known(fields, files)

    def _read(self, request: Request) -> tuple[dict[str, Any], dict[str, bytes]]:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return request.json() or {}, {}
        parts = form_parts(request)
        files = {name: content for name, (_mime, content) in parts.items() if re.fullmatch(r"file\d+|thumb", name)}
        words = {name: content.decode() for name, (_mime, content) in parts.items() if name not in files}
        for name in ("media", "width", "height", "duration", "supports_streaming", "disable_notification"):
            if name in words:
                words[name] = json.loads(words[name])
        return words, files

    def _me(self, _fields: Any, _files: Any) -> Response:
        return yes({"id": 110201543, "is_bot": True, "first_name": "Kesar", "username": "kesar_bot"})

    def _chat(self, _fields: Any, _files: Any) -> Response:
        return yes(self.chat)

    def _member(self, fields: Any, _files: Any) -> Response:
        return yes({"status": self.status, "user": {"id": fields["user_id"]}, "can_post_messages": True})

    def _message(self, fields: dict[str, Any], _files: Any) -> Response:
        text = str(fields.get("text", ""))
        if not text:
            return no(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return no(400, "Bad Request: message is too long")
        reply = (fields.get("reply_parameters") or {}).get("message_id")
        if reply and reply not in {post["message_id"] for post in self.posts}:
            return no(400, "Bad Request: message to be replied not found")
        return yes(self._put(fields, text=text, reply_to=reply))

    def _media(self, fields: dict[str, Any], files: dict[str, bytes]) -> Response:
        named = str(fields.get("photo") or fields.get("video") or "")
        content = files.get(named.removeprefix("attach://"))
        if content is None:
            return no(400, "Bad Request: there is no photo in the request")
        if problem := self._problem(fields.get("caption", ""), [content], video="video" in fields):
            return problem
        return yes(self._put(fields, text=fields.get("caption", ""), files=[content]))

    def _album(self, fields: dict[str, Any], files: dict[str, bytes]) -> Response:
        items = fields["media"]
        if not 2 <= len(items) <= 10:
            return no(400, "Bad Request: group must include 2-10 items")
        contents = [files[item["media"].removeprefix("attach://")] for item in items]
        caption = items[0].get("caption", "")
        if problem := self._problem(caption, contents, video=False):
            return problem
        return yes(
            [
                self._put(fields, text=caption if number == 0 else "", files=[content])
                for number, content in enumerate(contents)
            ]
        )

    def _problem(self, caption: str, contents: list[bytes], *, video: bool) -> Response | None:
        if len(caption.encode("utf-16-le")) // 2 > 1024:
            return no(400, "Bad Request: message caption is too long")
        if any(len(content) > (50 if video else 10) * MB for content in contents):
            return no(413, "Request Entity Too Large")
        return None

    def _put(self, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
        number = next(self._ids)
        kept = {"message_id": number, "files": [], "reply_to": None, "silent": bool(fields.get("disable_notification"))}
        self.posts.append(kept | more)
        return {"message_id": number, "date": 1_795_000_000, "chat": self.chat, "text": more.get("text", "")}

    def _delete(self, fields: dict[str, Any], _files: Any) -> Response:
        found = [post for post in self.posts if post["message_id"] == fields["message_id"]]
        if not found:
            return no(400, "Bad Request: message to delete not found")
        self.posts.remove(found[0])
        return yes(True)
