"""`ask --server`: questions to a running server over HTTP, without a model in this process."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from rag.errors import ServerError, UsageError
from rag.serving.commands.printing import Preview, plain, warn
from rag.serving.commands.remote_wire import (
    CONNECT_S,
    body_of,
    checked_address,
    events_of,
    seconds,
    travels_open,
    trouble,
)

if TYPE_CHECKING:
    import httpx

    from rag.serving.commands.batch import Asked, Wanted

_LONGEST_QUESTION = 100_000  # what any server may be set to take; it tells its own limit
_MOST_TRIES = 4  # of a question out of a file, where the server says when to come again
_MOST_WAIT_S = 60.0
_ANSWER = {"status": str, "text": str, "citations": list, "near_misses": list, "notices": list}


class _LaterError(Exception):
    """The server asks to come again in `wait_s`; `reason` is its own line."""

    def __init__(self, reason: str, wait_s: float | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s


class RemoteAnswerer:
    """A server at an address. See `batch.Answerer`."""

    longest = _LONGEST_QUESTION
    patient = False

    def __init__(self, address: str, token: str | None, timeout_s: float) -> None:
        self._address = checked_address(address)
        self._token = token
        self._timeout_s = timeout_s
        self._client: httpx.Client | None = None

    def open(self) -> None:
        """Make a client; nothing is sent yet."""
        import httpx

        if self._token and travels_open(self._address):
            warn(f"the token travels unencrypted to {self._address}; use https where others listen")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        self._client = httpx.Client(
            base_url=self._address,
            headers=headers,
            timeout=httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)),
        )

    def answer(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """The server's answer; it comes in pieces, so that only silence counts as too long."""
        body = _body(asked, wanted) | _given(writer=wanted.writer, passages=wanted.k)
        if asked.history:
            body["history"] = [{"question": t.question, "answer": t.answer} for t in asked.history]
        row = self._patiently("/api/v1/ask", body, "text/event-stream")
        if not all(isinstance(row.get(name), kind) for name, kind in _ANSWER.items()):
            raise self._stranger()
        return row

    def passages(self, asked: Asked, wanted: Wanted) -> dict[str, Any]:
        """The server's passages."""
        if wanted.explain:
            raise UsageError("a server gives no reasons; leave out --explain, or --server")
        body = _body(asked, wanted) | _given(k=wanted.k)
        row = self._patiently("/api/v1/search", body, "application/json")
        if not isinstance(row.get("passages"), list):
            raise self._stranger()
        return row

    def _patiently(self, path: str, body: dict[str, Any], accept: str) -> dict[str, Any]:
        tries = _MOST_TRIES if self.patient else 1
        while True:
            tries -= 1
            try:
                return self._post(path, body, accept)
            except _LaterError as later:
                if not tries or later.wait_s is None or later.wait_s > _MOST_WAIT_S:
                    told = f"; it asks to wait {later.wait_s:g} s" if later.wait_s else ""
                    raise ServerError(f"{self._address}: {later.reason}{told}") from None
                time.sleep(later.wait_s)

    def _post(self, path: str, body: dict[str, Any], accept: str) -> dict[str, Any]:
        import httpx

        assert self._client is not None
        try:
            content = json.dumps(
                body
            ).encode()  # escapes: half a surrogate pair is the server's to refuse
            headers = {"Accept": accept, "Content-Type": "application/json"}
            with self._client.stream("POST", path, content=content, headers=headers) as reply:
                if reply.status_code != 200:
                    raise self._refusal(reply)
                if reply.headers.get("content-type", "").startswith("text/event-stream"):
                    return self._last_event(reply)
                return self._json(body_of(reply))
        except httpx.HTTPError as error:
            raise ServerError(trouble(error, self._address, self._timeout_s)) from None

    def _last_event(self, reply: httpx.Response) -> dict[str, Any]:
        with Preview() as preview:
            for event, data in events_of(reply):
                if event == "piece":
                    preview.add(str(self._json(data).get("text", "")))
                elif event == "answer":
                    return self._json(data)
                elif event == "error":
                    raise self._told(self._json(data))
        raise ServerError(f"{self._address} ended in the middle of an answer; ask again")

    def _json(self, data: bytes | str) -> dict[str, Any]:
        try:
            row = json.loads(data)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise self._stranger()
        return row

    def _refusal(self, reply: httpx.Response) -> Exception:
        status = reply.status_code
        if reply.is_redirect:
            target = plain(reply.headers.get("location", ""))[:200]
            return ServerError(f"{self._address} points to {target}; name that address instead")
        if status == 401:
            remedy = "another" if self._token else "one with --token-file FILE"
            return ServerError(
                f"{self._address} takes no question without a token that it knows; give {remedy}, "
                "or set SHAWAHID_CLIENT_TOKEN"
            )
        if not reply.headers.get("content-type", "").startswith("application/problem+json"):
            return self._stranger(status)
        return self._told(self._json(body_of(reply)), reply.headers.get("retry-after"))

    def _told(self, problem: dict[str, Any], after: str | None = None) -> Exception:
        """The error that a problem of the server stands for."""
        status, detail = problem.get("status"), plain(str(problem.get("detail", "")))[:500]
        if status in (400, 413, 422):
            return UsageError(detail)
        if status in (429, 503):
            return _LaterError(detail, seconds(after))
        return ServerError(f"{self._address}: {detail}")

    def _stranger(self, status: int = 200) -> ServerError:
        return ServerError(
            f"{self._address} answers (status {status}), but not as a Shawahid server does; "
            "correct --server"
        )


def _body(asked: Asked, wanted: Wanted) -> dict[str, Any]:
    f = wanted.filters
    days = _given(since=f.since and f.since.isoformat(), until=f.until and f.until.isoformat())
    return {"question": asked.question} | days | _given(sources=f.sources, languages=f.languages)


def _given(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {name: value for name, value in fields.items() if value}
