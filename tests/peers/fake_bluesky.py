"""A personal data server by hand, for runs without Node and for the video service; held to the real one's contract."""

import base64
import hashlib
import itertools
import json
import re
import time
from typing import Any

import regex

from tests.peers.appview import AppView
from tests.peers.wire import Request, Response, Server

DID = "did:plc:kesarnaturals2222222222"
HANDLE, PASSWORD = "kesar.test", "abcd-efgh-ijkl-mnop"
OTHERS = {"lisbon.test": "did:plc:lisbonrooftops222222222"}
BLOB_LIMIT = 5 * 1024**2
JOB = re.compile(r"job-\d+")


def no(status: int, name: str, words: str) -> Response:
    return Response(status, {"error": name, "message": words})


def jwt(scope: str, expires: int, serial: int) -> str:
    """A token of the right shape; nobody checks its signature here."""
    claims = {"scope": scope, "sub": DID, "exp": expires, "jti": serial}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJFUzI1NksifQ.{middle}.c2lnbmF0dXJl"


class FakeBluesky(Server):
    """One account, its records and blobs, with a session that rotates; and the video service on the same port."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)
        self.access, self.refresh = "", ""
        self.records: dict[str, dict[str, Any]] = {}
        self.commits = 0
        self.blobs: dict[str, bytes] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.processing = 2
        self.limits: dict[str, Any] = {
            "canUpload": True,
            "remainingDailyVideos": 24,
            "remainingDailyBytes": 10_000_000_000,
        }
        super().__init__(self._answer)
        self.appview = AppView(self.url)

    def stop(self) -> None:
        self.appview.stop()
        super().stop()

    def _answer(self, request: Request) -> Response:
        name = request.path.removeprefix("/xrpc/")
        everybody = {
            "com.atproto.server.createSession": self._sign_in,
            "com.atproto.server.refreshSession": self._refresh,
            "com.atproto.identity.resolveHandle": self._resolve,
            "com.atproto.repo.getRecord": self._get,
            "com.atproto.repo.describeRepo": self._describe,
            "app.bsky.video.uploadVideo": self._video,
            "app.bsky.video.getJobStatus": self._job,
            "app.bsky.video.getUploadLimits": self._limits,
        }
        owner = {
            "com.atproto.server.getSession": self._whoami,
            "com.atproto.server.getServiceAuth": self._ticket,
            "com.atproto.repo.uploadBlob": self._upload,
            "com.atproto.repo.putRecord": self._put,
            "com.atproto.repo.deleteRecord": self._delete,
        }
        if name in everybody:
            return everybody[name](request)
        if request.bearer != self.access:
            return no(400, "InvalidToken", "Token could not be verified")
        return owner[name](request) if name in owner else no(501, "MethodNotImplemented", "Method Not Implemented")

    # Sessions

    def _session(self) -> Response:
        now, serial = int(time.time()), next(self._serial)
        self.access = jwt("com.atproto.appPass", now + 7200, serial)
        self.refresh = jwt("com.atproto.refresh", now + 7_776_000, serial)
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.url}
        document = {"id": DID, "alsoKnownAs": [f"at://{HANDLE}"], "service": [service]}
        answer = {"accessJwt": self.access, "refreshJwt": self.refresh, "did": DID, "handle": HANDLE, "active": True}
        return Response(200, {**answer, "didDoc": document})

    def _sign_in(self, request: Request) -> Response:
        wanted = request.json()
        if wanted["identifier"] not in {HANDLE, DID} or wanted["password"] != PASSWORD:
            return no(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def _refresh(self, request: Request) -> Response:
        if request.bearer != self.refresh:
            return no(400, "ExpiredToken", "Token has been revoked")
        return self._session()

    def _whoami(self, _request: Request) -> Response:
        return Response(200, {"did": DID, "handle": HANDLE, "active": True})

    def _ticket(self, request: Request) -> Response:
        return Response(200, {"token": f"ticket.{request.first('lxm')}.{request.first('aud')}"})

    def _resolve(self, request: Request) -> Response:
        did = {HANDLE: DID, **OTHERS}.get(request.first("handle"))
        return Response(200, {"did": did}) if did else no(400, "InvalidRequest", "Unable to resolve handle")

    # Records and blobs

    def _store(self, mime: str, content: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(content).digest()
        cid = "b" + base64.b32encode(b"\x01\x55\x12\x20" + digest).decode().lower().rstrip("=")
        self.blobs[cid] = content
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": len(content)}

    def _upload(self, request: Request) -> Response:
        if len(request.body) > BLOB_LIMIT:
            return no(413, "BlobTooLarge", "This file is too large")
        return Response(200, {"blob": self._store(request.headers["content-type"], request.body)})

    def _put(self, request: Request) -> Response:
        wanted = request.json()
        record, uri = wanted["record"], f"at://{DID}/{wanted['collection']}/{wanted['rkey']}"
        if refused := self._strange(record):
            return refused
        length = len(regex.findall(r"\X", record.get("text", "")))
        if length > 300:
            words = f"Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got {length}) at $.record.text"
            return no(400, "InvalidRequest", words)
        gone = [link for link in re.findall(r'"\$link": "(\w+)"', json.dumps(record)) if link not in self.blobs]
        if gone:
            return no(400, "BlobNotFound", f"Could not find blob: {gone[0]}")
        digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).digest()
        cid = "b" + base64.b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")
        self.commits += self.records.get(uri, {}).get("cid") != cid
        self.records[uri] = {"uri": uri, "cid": cid, "value": record}
        return Response(200, {"uri": uri, "cid": cid, "validationStatus": "valid"})

    def _strange(self, record: dict[str, Any]) -> Response | None:
        """A reply to what is not there, or with another version of it; a gate to somebody else's post."""
        for ref in record.get("reply", {}).values():
            if self.records.get(ref["uri"], {}).get("cid") != ref["cid"]:
                return no(400, "InvalidRequest", f"There is no such post: {ref['uri']}")
        if record["$type"] == "app.bsky.feed.threadgate" and record["post"] not in self.records:
            return no(400, "InvalidRequest", "There is no such post to keep")
        return None

    def thread(self, uri: str) -> list[str]:
        """The texts of a post and of what stands under it, each under the one before."""
        texts = []
        while True:
            texts.append(str(self.records[uri]["value"]["text"]))
            under = [
                one
                for one in self.records.values()
                if one["value"].get("reply", {}).get("parent", {}).get("uri") == uri
            ]
            if not under:
                return texts
            assert len(under) == 1
            uri = under[0]["uri"]

    def _get(self, request: Request) -> Response:
        uri = f"at://{request.first('repo')}/{request.first('collection')}/{request.first('rkey')}"
        if uri not in self.records:
            return no(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Response(200, self.records[uri])

    def _delete(self, request: Request) -> Response:
        wanted = request.json()
        self.records.pop(f"at://{DID}/{wanted['collection']}/{wanted['rkey']}", None)
        return Response(200, {})

    def _describe(self, _request: Request) -> Response:
        collections = ["app.bsky.feed.post"]
        return Response(
            200, {"handle": HANDLE, "did": DID, "didDoc": {}, "collections": collections, "handleIsCorrect": True}
        )

    # The video service

    def _limits(self, request: Request) -> Response:
        if not request.bearer.startswith("ticket.app.bsky.video.getUploadLimits.did:web:"):
            return no(401, "AuthMissing", "A service token is needed")
        return Response(200, self.limits)

    def _video(self, request: Request) -> Response:
        if not request.bearer.startswith("ticket.com.atproto.repo.uploadBlob.did:web:"):
            return no(401, "AuthMissing", "A service token is needed")
        known = next((job for job, made in self.jobs.items() if made["content"] == request.body), None)
        if known:
            return Response(409, {"error": "already_exists", "message": "Video already processed", "jobId": known})
        job = f"job-{next(self._serial)}"
        blob = self._store(request.headers["content-type"], request.body)
        self.jobs[job] = {"left": self.processing, "blob": blob, "content": request.body}
        return Response(200, {"jobStatus": self._status(job)})

    def _job(self, request: Request) -> Response:
        job = request.first("jobId")
        status = self._status(job)
        self.jobs[job]["left"] = max(0, self.jobs[job]["left"] - 1)
        return Response(200, {"jobStatus": status})

    def _status(self, job: str) -> dict[str, Any]:
        made = self.jobs[job]
        status: dict[str, Any] = {"jobId": job, "did": DID}
        if made["left"]:
            return {**status, "state": "JOB_STATE_ENCODING", "progress": 40}
        return {**status, "state": "JOB_STATE_COMPLETED", "blob": made["blob"]}
