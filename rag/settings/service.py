"""What the server and its clients may do: addresses, limits, tokens, logs."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode


def _names(value: Any) -> Any:  # noqa: ANN401 - checked by the field
    """Names in an environment variable stand between commas."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class ServiceSettings(BaseModel):
    """Part of `rag.settings.Settings`."""

    host: str = Field("127.0.0.1", description="address the server binds to")
    port: int = Field(7860, ge=1, le=65535, description="port the server binds to")
    feedback: bool = Field(
        default=True, description="readers may rate answers; kept on this machine alone"
    )
    feedback_file: Path | None = Field(
        None, description="SQLite file of the ratings; default: feedback.sqlite3 beside the index"
    )
    question_characters: int = Field(2000, ge=50, le=100_000, description="longest question taken")
    shutdown_s: float = Field(
        20.0, ge=0, le=600, description="time that running answers get when the server stops, in s"
    )
    mcp: bool = Field(
        default=True, description="serve the Model Context Protocol at /mcp, where it is installed"
    )
    metrics: bool = Field(default=True, description="serve Prometheus metrics at /metrics")
    log_format: Literal["text", "json"] = Field(
        "text", description="lines of the server's log, on stderr: for people, or JSON"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description='"info": a line for each request of the API; "debug": the page\'s too'
    )
    log_questions: bool = Field(default=False, description="write the questions' text in the log")
    log_client: Literal["none", "hash", "address"] = Field(
        "hash", description='caller in the log; "hash": one that holds until the server stops'
    )
    body_kilobytes: int = Field(
        256, ge=16, le=100_000, description="largest body of a request but one that brings files"
    )
    body_seconds: float = Field(
        30.0, gt=0, le=3600, description="longest time that a request's body may take to arrive"
    )
    most_passages: int = Field(
        100, ge=1, le=100, description="most passages that a caller of the API may ask for"
    )
    history_turns: int = Field(
        50, ge=0, le=1000, description="most earlier exchanges sent with a question"
    )
    questions_per_minute: int = Field(
        300,
        ge=0,
        le=1_000_000,
        description="questions, searches and changes that one client may send in any minute, to each worker; 0: no limit",
    )
    reads_per_minute: int = Field(
        1200,
        ge=0,
        le=1_000_000,
        description="other requests, files of the page aside, of one client in any minute; 0: no limit",
    )
    answers_at_once: int = Field(8, ge=1, le=256, description="API calls worked on together")
    answers_waiting: int = Field(
        64, ge=0, le=10_000, description="API calls that wait; the next is refused"
    )
    answer_seconds: float = Field(
        180.0, gt=0, le=3600, description="longest time an API call may take, waiting included"
    )
    tokens: Names = Field(
        (),
        description="entries as `shawahid token new` prints them; with one or more, nothing answers without a token",
    )
    tokens_file: Path | None = Field(
        None, description="file with such entries, one a line; read anew when it changes"
    )
    session_hours: float = Field(
        168.0, gt=0, le=8760, description="time after which a browser has to sign in again"
    )
    cors_origins: Names = Field(
        (), description="origins (https://example.org) whose pages may call the API"
    )
    allowed_hosts: Names = Field(
        (), description="names by which the server may be called; default: any"
    )
    trusted_proxies: Names = Field(
        (),
        description="addresses or networks of proxies whose X-Forwarded-For and -Proto are believed",
    )
    client_token: SecretStr | None = Field(
        None, description="token that `ask --server` shows; never printed"
    )
    client_timeout_s: float = Field(
        120.0, gt=0, le=3600, description="longest silence of the server asked, in seconds"
    )
