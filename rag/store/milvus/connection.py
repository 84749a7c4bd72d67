"""One server of Milvus: calls with a time limit, and errors in this project's words."""

from __future__ import annotations

import hashlib
import logging
import threading
from typing import TYPE_CHECKING, Any

from rag.errors import StoreError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    Row = dict[str, Any]

TIMEOUT_S = 10.0  # of a call, tries among them, unless another is given
_SLOW_S = 180.0  # of making and loading a collection
_MOST_ROWS = 16_384  # that the server returns at once
_PIECE = 1_000  # rows sent, or keys asked for, at once
_FULL_TEXT_SINCE = (2, 5)
_REFUSED = ("unauthenticated", "auth check failed", "permission deny", "permissiondenied")
_UNREACHABLE = (
    "unavailable",
    "failed to connect",
    "connection",
    "deadline",
    "timeout",
    "channel",
    "not loaded",  # it is on its way back, as below
    "not fully loaded",
    "recovering",
    "not ready",
    "no available",
    "not available",
    "node offline",
    "node not found",
)


class Connection:
    """Calls of one server. Thread-safe; connects on first use and again after a failure."""

    def __init__(self, uri: str, token: str = "", timeout_s: float = TIMEOUT_S) -> None:
        self._library = _library()
        self.uri = without_secrets(uri)
        self._whole_uri, self._token, self._timeout_s = uri, token, timeout_s
        self._client: Any = None
        self._lock = threading.Lock()

    @property
    def is_file(self) -> bool:
        """Whether the "server" is Milvus Lite on a file."""
        return "://" not in self.uri

    def call(self, name: str, *args: Any, timeout: float = 0.0, **named: Any) -> Any:  # noqa: ANN401 - pymilvus's own
        """What the method `name` of pymilvus's client returns.

        Raises:
            StoreUnavailableError: the server does not answer.
            StoreError: it refuses.
        """
        try:
            method = getattr(self._connected(), name)
            return method(*args, timeout=timeout or self._timeout_s, **named)
        except self._library.exceptions.MilvusException as error:
            raise self._told(_reason(error)) from None
        except (ConnectionError, OSError, ValueError, RuntimeError) as error:
            raise self._told(str(error) or type(error).__name__) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "grpc":
                raise
            raise self._told(str(error)) from None

    def _connected(self) -> Any:  # noqa: ANN401 - pymilvus's client
        with self._lock:
            if self._client is None:
                named = {"token": self._token} if self._token else {}
                self._client = self._library.MilvusClient(
                    uri=self._whole_uri, timeout=self._timeout_s, dedicated=True, **named
                )
            return self._client

    def _told(self, reason: str) -> StoreError:
        line = " ".join(reason.split()).replace(self._whole_uri, self.uri)
        line = line.replace(self._token or "\0", "***")[:200]
        lowered = line.lower()
        if any(sign in lowered for sign in _REFUSED):
            return StoreError(
                f"Milvus at {self.uri} refuses access ({line}); set SHAWAHID_MILVUS_TOKEN to user:password"
            )
        if any(sign in lowered for sign in _UNREACHABLE):
            self.close()
            return StoreUnavailableError(
                f"Milvus at {self.uri} does not answer ({line}); start it, or correct SHAWAHID_MILVUS_URI, "
                "then try again"
            )
        return StoreError(
            f"Milvus at {self.uri} refused a call ({line}); see its log, or run `shawahid index --rebuild`"
        )

    def has_full_text(self) -> bool:
        """Whether the server ranks text by BM25 itself (Milvus 2.5 and later)."""
        if self.is_file:
            return True
        version = str(self.call("get_server_version")).lstrip("v")
        numbers = tuple(int(part) for part in version.split("-")[0].split(".")[:2])
        return numbers >= _FULL_TEXT_SINCE

    def rows(
        self, collection: str, expression: str, fields: Sequence[str], level: str
    ) -> list[Row]:
        """All rows for which the expression holds; it must not let pass more than the server returns at once.

        Raises:
            StoreError: there may be more.
        """
        found = list(
            self.call(
                "query",
                collection,
                filter=expression,
                output_fields=list(fields),
                limit=_MOST_ROWS,
                consistency_level=level,
            )
        )
        if len(found) >= _MOST_ROWS:
            raise StoreError(
                f"{collection} has {_MOST_ROWS} rows or more where fewer were expected; "
                "run `shawahid index --rebuild`"
            )
        return found

    def rows_of(
        self, collection: str, field: str, keys: Sequence[int], fields: Sequence[str], level: str, also: str = ""
    ) -> list[Row]:  # fmt: skip
        """Rows whose integer `field` is one of `keys`, asked for in pieces."""
        found: list[Row] = []
        for at in range(0, len(keys), _PIECE):
            wanted = ",".join(str(int(key)) for key in keys[at : at + _PIECE])
            expression = f"{field} in [{wanted}]" + (f" and {also}" if also else "")
            found += self.rows(collection, expression, fields, level)
        return found

    def count(self, collection: str, expression: str, level: str = "Strong") -> int:
        """How many rows an expression lets pass."""
        rows = self.call(
            "query", collection, filter=expression, output_fields=["count(*)"], consistency_level=level
        )  # fmt: skip
        return int(rows[0]["count(*)"])

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add rows."""
        for at in range(0, len(rows), _PIECE):
            self.call("insert", collection, list(rows[at : at + _PIECE]), timeout=_SLOW_S)

    def delete(self, collection: str, expression: str) -> None:
        """Delete the rows for which the expression holds."""
        self.call("delete", collection, filter=expression, timeout=_SLOW_S)

    def delete_of(self, collection: str, field: str, keys: Sequence[int]) -> None:
        """Delete the rows whose integer `field` is one of `keys`."""
        for at in range(0, len(keys), _PIECE):
            wanted = ",".join(str(int(key)) for key in keys[at : at + _PIECE])
            self.delete(collection, f"{field} in [{wanted}]")

    def create(self, collection: str, schema: Any, indexes: Any) -> None:  # noqa: ANN401 - pymilvus's own
        """Make a collection and load it, ready to be searched."""
        self.call(
            "create_collection", collection, schema=schema, index_params=indexes,
            consistency_level="Bounded", timeout=_SLOW_S,
        )  # fmt: skip

    def load(self, collection: str) -> None:
        """Load a collection where it is not; after a restart of the server it may have to be."""
        self.call("load_collection", collection, timeout=_SLOW_S)

    def has_replicas(self, collection: str) -> bool:
        """Whether a loaded collection is kept by more than one group of query nodes."""
        return not self.is_file and len(self.call("describe_replica", collection)) > 1

    def collections(self) -> list[str]:
        """Names of all collections."""
        return list(self.call("list_collections"))

    def drop(self, collection: str) -> None:
        """Drop a collection; one that is not there is passed over."""
        self.call("drop_collection", collection, timeout=_SLOW_S)

    def close(self) -> None:
        """Leave the server; the next call connects again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


def _reason(error: Exception) -> str:
    """What the client says; of a failed connection, the cause, which it leaves out."""
    cause = error.__cause__
    if cause is not None and type(cause).__module__.partition(".")[0] == "grpc":
        status: Any = cause
        return f"{status.code().name.lower()}: {status.details()}"
    return str(getattr(error, "message", "") or error)


def without_secrets(uri: str) -> str:
    """The address without the user and password that may stand in it."""
    scheme, sign, rest = uri.partition("://")
    return f"{scheme}{sign}{rest.rpartition('@')[2]}" if sign else uri


def code(*names: object) -> int:
    """A positive 63-bit number for names, so that no text of others stands in an expression."""
    digest = hashlib.blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _library() -> ModuleType:
    try:
        import pymilvus
    except ImportError:
        raise StoreError(
            "the store is set to Milvus, and its client is not installed; run `pip install 'shawahid[milvus]'`, "
            "or set SHAWAHID_STORE=local"
        ) from None
    # errors are raised and told once; the client logs each with its traceback as well
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    library: ModuleType = pymilvus
    return library
