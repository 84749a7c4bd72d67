"""How articles come in, and where the index is kept."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class FillingSettings(BaseModel):
    """Part of `rag.settings.Settings`."""

    store: Literal["local", "milvus"] = Field(
        "local", description='"local": the index is in its folder; "milvus": on a Milvus server'
    )
    milvus_uri: str = Field(
        "http://127.0.0.1:19530", min_length=1, description="where Milvus listens"
    )
    milvus_token: SecretStr | None = Field(
        None, description="user:password or key for Milvus; never printed"
    )
    milvus_prefix: str = Field(
        "shawahid",
        pattern="^[A-Za-z][A-Za-z0-9]{0,31}$",
        description="first part of the names of the index's collections in Milvus",
    )
    index_shares: int = Field(
        1, ge=1, le=256, description="processes that write one index together, in Milvus only"
    )
    milvus_index: Literal["auto", "exact", "graph"] = Field(
        "auto",
        description='vectors in Milvus; "exact": all compared; "graph": HNSW; "auto": a graph above 200,000 sentences. Holds from the next rebuild or migration',
    )
    fetch_private: bool = Field(
        default=False,
        description="fetch from private and loopback addresses too, for an intranet's pages",
    )
    fetch_timeout_s: float = Field(
        60.0, gt=0, le=3600, description="longest time one page may take to arrive, in seconds"
    )
    fetch_megabytes: float = Field(
        10.0, gt=0, le=20, description="largest page or feed fetched, in MB as unpacked"
    )
    fetch_delay_s: float = Field(
        1.0, ge=0, le=60, description="least time between two requests to one host, in seconds"
    )
    ingestion: bool = Field(
        default=False,
        description="let the page and the API add and remove articles; whoever reaches the server may, unless tokens are set",
    )
    ingestion_megabytes: float = Field(
        20.0, gt=0, le=100, description="largest file taken by page and API, in MB"
    )
    ingestion_batch_megabytes: float = Field(
        50.0, gt=0, le=1000, description="all files taken at once, in MB together"
    )
    ingestion_files: int = Field(20, ge=1, le=200, description="most files taken at once")
    ingestion_wait_s: float = Field(
        60.0, ge=0, le=3600, description="longest wait for another batch or sync to end, in seconds"
    )
    undo: Path | None = Field(
        None,
        description="folder where what was replaced or removed is kept; default: beside the index, its name with -undo",
    )
    undo_batches: int = Field(50, ge=1, le=10_000, description="batches that can be undone")
    undo_days: int = Field(30, ge=1, le=3650, description="days that a batch can be undone")
    sync_wait_s: float = Field(
        10.0, ge=0, le=3600, description="longest wait for another sync to end, in seconds"
    )
    watch_quiet_s: float = Field(
        1.0,
        ge=0.1,
        le=10,
        description="time without changes after which `index --watch` syncs, in seconds; at last after ten such times",
    )
    restore_gigabytes: float = Field(
        50.0, gt=0, le=100_000, description="most that a backup may unpack to, in GB"
    )
    ingestion_seconds: float = Field(
        600.0, gt=0, le=86_400, description="longest time until a change of the articles is told"
    )
