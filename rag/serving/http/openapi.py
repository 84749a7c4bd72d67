"""The API's description, made exact enough that a client can be generated from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import models_json_schema

from rag.serving.http.replies import ALWAYS, Problem, problems

if TYPE_CHECKING:
    from fastapi import FastAPI

_PROBLEM: Final = "application/problem+json"
_SCHEMAS: Final = "#/components/schemas/"


def install(app: FastAPI, *, needs_token: bool) -> None:
    """Describe the errors of every route, and the token where one is needed."""
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made(), needs_token=needs_token)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _completed(description: dict[str, Any], *, needs_token: bool) -> dict[str, Any]:
    components = description.setdefault("components", {})
    _, shared = models_json_schema([(Problem, "serialization")], ref_template=_SCHEMAS + "{model}")
    schemas = components.setdefault("schemas", {})
    components["schemas"] = schemas | {k: v for k, v in shared["$defs"].items() if k not in schemas}
    for operations in description["paths"].values():
        for operation in operations.values():
            replies = operation["responses"]
            for status, reply in problems(*ALWAYS).items():
                replies.setdefault(str(status), reply)
            for reply in replies.values():
                if _PROBLEM in reply.get("content", {}):
                    reply["content"] = {_PROBLEM: {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    if needs_token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        description["security"] = [{"token": []}]
    return description
