"""The API's description: a client can be generated from it, and replies are what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_spec_validator import validate

from eval.fuzz_api import fuzz
from rag.indexing.sync import sync
from rag.serving.http import replies
from rag.serving.ingesting.desk import Desk
from rag.serving.server import create_app
from rag.settings import Settings

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_the_description_is_valid_and_complete(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    validate(description)
    operations = {
        (path, method): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    own = {
        "ask",
        "search",
        "list_articles",
        "get_article",
        "add_articles",
        "remove_article",
        "list_batches",
        "undo_batch",
    }
    assert own <= set(names)
    for (path, method), operation in operations.items():
        for status, reply in operation["responses"].items():
            kinds = reply.get("content", {})
            if int(status) >= 400:
                problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
                assert kinds == {"application/problem+json": problem}, (path, method, status)
            elif path.startswith("/api/"):
                assert kinds["application/json"]["schema"].get("$ref"), (path, method, status)


def test_replies_have_exactly_what_is_described(client: TestClient) -> None:
    def check(model: Any, row: dict[str, Any]) -> None:
        assert set(row) == set(model.model_fields)
        model.model_validate_json(client_json(row))

    def client_json(row: Any) -> str:
        import json

        return json.dumps(row)

    for question in ("المكتبة", "ferry", "سوق", "افتتاح"):
        answer = client.post("/api/v1/ask", json={"question": question}).json()
        check(replies.Answer, answer)
        for name, model in (
            ("citations", replies.Citation),
            ("passages", replies.Passage),
            ("near_misses", replies.NearMiss),
        ):
            for row in answer[name]:
                check(model, row)
    check(replies.Found, client.post("/api/v1/search", json={"question": "جسر"}).json())
    listed = client.get("/api/v1/articles").json()
    check(replies.Articles, listed)
    for row in listed["articles"]:
        check(replies.Article, row)
    check(replies.ArticleText, client.get("/api/v1/articles/library").json())
    problem = client.get("/api/v1/articles/none").json()
    assert set(problem) == set(replies.Problem.model_fields) - {"items"}


def test_a_token_is_described_where_one_is_needed(scripted: type) -> None:
    app = create_app(scripted(), Settings(tokens=(f"read:{'0' * 64}",)))
    described = app.openapi()
    assert described["security"] == [{"token": []}]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_no_request_from_the_description_makes_a_server_error(
    scripted: type, settings: Settings, embedder: Any
) -> None:
    changes = {"questions_per_minute": 0, "reads_per_minute": 0, "ingestion": True}
    settings = settings.model_copy(update=changes)
    sync(settings, embedder)
    assistant = scripted(pause_s=0.0)
    assistant.refresh = lambda: None
    desk = Desk(settings, assistant, embedder=embedder)
    result = fuzz(create_app(assistant, settings, desk=desk), 25)
    assert result.faults == []
    assert result.server_errors == 0
    assert result.cases.total() > 250
    assert {200, 404, 422} <= set(result.statuses)
