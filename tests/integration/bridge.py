"""Ollama's protocol in front of a real model: `python -m tests.integration.bridge NAME FILE.gguf`.

llama.cpp (xllamacpp) runs the model behind a port of its own; this translates lists, chats and errors,
and passes a reader's leaving on. It serves 127.0.0.1 on a free port, which it prints as its only line.
"""

from __future__ import annotations

import json
import socket
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import uvicorn
import xllamacpp
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from tests.integration.small_model import ENDLESS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

CONTEXT_TOKENS = 4096
BATCH_TOKENS = 64  # between two of them llama.cpp tells `/slots`
OPTIONS = {"temperature": "temperature", "seed": "seed", "num_predict": "max_tokens"}


class Bridge:
    def __init__(self, name: str, engine: str) -> None:
        self.names = (name, name + ENDLESS)
        self.engine = httpx.AsyncClient(base_url=engine, timeout=None, trust_env=False)

    def app(self) -> Starlette:
        routes = [
            Route("/api/version", self.version),
            Route("/api/tags", self.tags),
            Route("/api/show", self.show, methods=["POST"]),
            Route("/api/chat", self.chat, methods=["POST"]),
            Route(
                "/works", self.works
            ),  # not Ollama's: whether the model is at work, for the tests
        ]
        return Starlette(routes=routes)

    async def version(self, request: Request) -> JSONResponse:
        return JSONResponse({"version": "0.0.0"})

    async def tags(self, request: Request) -> JSONResponse:
        return JSONResponse({"models": [{"name": name, "model": name} for name in self.names]})

    async def works(self, request: Request) -> JSONResponse:
        slots = (await self.engine.get("/slots")).json()
        return JSONResponse(any(slot["is_processing"] for slot in slots))

    async def show(self, request: Request) -> JSONResponse:
        if refused := self._refused(await request.json()):
            return refused
        info = {"llama.context_length": CONTEXT_TOKENS}
        return JSONResponse({"capabilities": ["completion"], "model_info": info})

    async def chat(self, request: Request) -> JSONResponse | StreamingResponse:
        body = await request.json()
        if refused := self._refused(body):
            return refused
        options = body.get("options") or {}
        asked = {OPTIONS[key]: value for key, value in options.items() if key in OPTIONS}
        asked |= {"messages": body["messages"], "stream": True}
        asked |= {"stream_options": {"include_usage": True}}
        asked |= {"ignore_eos": body["model"].endswith(ENDLESS)}
        upstream = self.engine.build_request("POST", "/v1/chat/completions", json=asked)
        response = await self.engine.send(upstream, stream=True)
        if response.status_code != httpx.codes.OK:
            message = json.loads(await response.aread())["error"]["message"]
            return JSONResponse({"error": message}, response.status_code)
        lines = _lines(response, body["model"])
        return StreamingResponse(lines, media_type="application/x-ndjson")

    def _refused(self, body: dict[str, Any]) -> JSONResponse | None:
        if body.get("model") in self.names:
            return None
        return JSONResponse({"error": f"model '{body.get('model')}' not found"}, 404)


async def _lines(response: httpx.Response, model: str) -> AsyncIterator[str]:
    reason, usage = "stop", {}
    try:
        async with aclosing(response.aiter_lines()) as lines:
            async for line in lines:
                data = line.removeprefix("data: ")
                if not line.startswith("data: ") or data == "[DONE]":
                    continue
                event = json.loads(data)
                usage = event.get("usage") or usage
                for choice in event["choices"]:
                    reason = choice["finish_reason"] or reason
                    if content := choice["delta"].get("content"):
                        yield _line(model, content)
    finally:
        with anyio.CancelScope(shield=True):
            await response.aclose()  # the engine sees its reader leave, and stops
    counts = {
        "prompt_eval_count": usage["prompt_tokens"],
        "eval_count": usage["completion_tokens"],
    }
    yield _line(model, "", done=True, done_reason=reason, **counts)


def _line(model: str, content: str, **rest: Any) -> str:
    message = {"role": "assistant", "content": content}
    return json.dumps({"model": model, "message": message, "done": False} | rest) + "\n"


def engine(file: str) -> xllamacpp.Server:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = file
    parameters.n_ctx, parameters.n_parallel = CONTEXT_TOKENS, 1
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 2
    return xllamacpp.Server(parameters)


def main(name: str, file: str) -> None:
    running = engine(file)
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = Bridge(name, running.listening_address).app()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")).run([listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
