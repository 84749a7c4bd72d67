"""The Model Context Protocol by its official client: over HTTP in the server, and over stdin and stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import jsonschema
import pytest
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client

from rag.indexing.sync import sync
from rag.serving import cli
from rag.settings import Settings
from tests.serving import own_loop
from tests.serving.material import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROOT = Path(__file__).parents[2]
PROGRAM = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("scripted", sys.argv[1])
scripted = importlib.util.module_from_spec(spec); sys.modules["scripted"] = scripted
spec.loader.exec_module(scripted)
import rag, rag.serving.cli
def opened(settings):
    print("a stray line on stdout")
    return scripted.ScriptedAssistant()
rag.open_assistant = opened
sys.argv = ["shawahid", "mcp"]
rag.serving.cli.main()
"""
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}
JSON = {"Accept": "application/json, text/event-stream"}


def by_stdio() -> Client:
    conftest = str(Path(__file__).with_name("conftest.py"))
    return Client(
        stdio_client(
            StdioServerParameters(
                command=sys.executable, args=["-c", PROGRAM, conftest], cwd=str(ROOT)
            )
        )
    )


@pytest.fixture(params=["http", "stdio", "legacy"])
def spoken(request: Any) -> Callable[[Callable[[Client], Awaitable[None]]], None]:
    """Run a conversation over each transport; "legacy" is HTTP as clients before 2026 speak it."""

    def run(talk: Callable[[Client], Awaitable[None]]) -> None:
        async def whole() -> None:
            if request.param == "stdio":
                client = by_stdio()
            else:
                base = request.getfixturevalue("page_server")[0]
                mode = "legacy" if request.param == "legacy" else "auto"
                client = Client(f"{base}/mcp", mode=mode)
            with anyio.fail_after(60):
                async with client:
                    await talk(client)

        own_loop.run(whole)

    return run


def text_of(result: Any) -> str:
    (content,) = result.content
    return str(content.text)


def test_tools_are_described_typed_and_within_their_types(spoken: Any) -> None:
    async def talk(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "ask", "get_article"}
        assert "verified character for character" in (tools["ask"].description or "")
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        for name, arguments in (
            ("ask", {"question": "كم كلفة مكتبة؟"}),
            ("search", {"question": "bridge", "k": 2, "languages": ["ar"]}),
            ("get_article", {"article_id": "library"}),
        ):
            jsonschema.validate(arguments, tools[name].input_schema)
            result = await client.call_tool(name, arguments)
            assert not result.is_error
            jsonschema.validate(result.structured_content, tools[name].output_schema or {})
            assert json.loads(text_of(result)) == result.structured_content

    spoken(talk)


def test_results_are_those_of_the_api(spoken: Any, page_server: Any) -> None:
    base = page_server[0]
    asked = {"question": "كم كلفة مكتبة ٢٠٢١؟ (library)", "since": "2020-01-01"}
    answer = httpx.post(f"{base}/api/v1/ask", json=asked).json()
    found = httpx.post(f"{base}/api/v1/search", json={"question": "мост", "k": 3}).json()
    article = httpx.get(f"{base}/api/v1/articles/library").json()

    async def talk(client: Client) -> None:
        told = await client.call_tool("ask", asked)
        assert told.structured_content == answer
        quotation = told.structured_content["citations"][0]
        assert LIBRARY.text[quotation["start"] : quotation["end"]] == quotation["quote"]
        searched = await client.call_tool("search", {"question": "мост", "k": 3})
        assert searched.structured_content == found
        read = await client.call_tool("get_article", {"article_id": "library"})
        assert read.structured_content == article

    spoken(talk)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {}, "question: field required"),
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "س" * 2001}, "at most 2000"),
        ("ask", {"question": "a\0b"}, "U+0000"),
        ("ask", {"question": "س", "colour": 1}, "colour: unknown field"),
        ("ask", {"question": "س", "writer": "shakespeare"}, "writer: "),
        ("search", {"question": "س", "k": 101}, "k: "),
        ("search", {"question": "س", "since": "2021-13-01"}, "no such day"),
        ("get_article", {"article_id": "../etc/passwd"}, "no article '../etc/passwd'"),
        ("get_article", {"article_id": "x" * 2000}, "at most 1000"),
        ("ask", {"question": "fail"}, "run `shawahid index`"),
        ("ask", {"question": "crash"}, "unexpected error"),
        ("get_article", {"article_id": "crash"}, "unexpected error"),
    ],
)
def test_what_goes_wrong_is_a_line_for_the_model(
    page_server: Any, name: str, arguments: dict[str, Any], said: str
) -> None:
    async def talk() -> None:
        async with Client(f"{page_server[0]}/mcp") as client:
            result = await client.call_tool(name, arguments)
            assert result.is_error
            assert said in text_of(result)
            assert "\n" not in text_of(result)
            assert "secret" not in text_of(result)

    own_loop.run(talk)


def test_another_tool_is_refused(spoken: Any) -> None:
    async def talk(client: Client) -> None:
        with pytest.raises(MCPError, match="search, ask, get_article"):
            await client.call_tool("delete_everything", {})

    spoken(talk)


def test_it_can_be_switched_off(scripted: Any, run_server: Any) -> None:
    with run_server(scripted(), Settings(mcp=False)) as base:
        assert httpx.post(f"{base}/mcp", json=INITIALIZE, headers=JSON).status_code in (404, 405)


def test_without_the_extra_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("rag.serving.mcp.mount.find_spec", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["shawahid", "mcp"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (1, "", 1)
    assert "pip install 'shawahid[mcp]'" in err


def test_stdout_carries_the_protocol_alone_and_its_end_is_the_end() -> None:
    conftest = str(Path(__file__).with_name("conftest.py"))
    call = {"name": "ask", "arguments": {"question": "كم كلفة مكتبة؟"}}
    messages = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, conftest],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin
        assert process.stdout
        replies = []
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            if "id" in message:
                replies.append(json.loads(process.stdout.readline()))
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert [reply["id"] for reply in replies] == [1, 2]
    assert replies[1]["result"]["structuredContent"]["status"] == "answered"
    assert (process.returncode, out) == (0, "")
    assert "a stray line on stdout" in err
    assert "Traceback" not in err


@pytest.mark.model
@pytest.mark.timeout(300)
def test_the_real_engine_answers_with_its_quotation(tmp_path: Path) -> None:
    settings = Settings(corpus=ROOT / "corpus", index=tmp_path / "index", writer="extractive")
    sync(settings)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag", "mcp", "--index", str(settings.index)],
        cwd=str(ROOT),
        env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home()), "SHAWAHID_WRITER": "extractive"},
    )

    async def talk() -> None:
        with anyio.fail_after(200):
            async with Client(stdio_client(server), read_timeout_seconds=150) as client:
                question = "كم طائرة حربية رافقت طائرة وزير الدفاع الروسي في أجواء سوريا؟"
                answer = (await client.call_tool("ask", {"question": question})).structured_content
                assert answer["status"] == "answered"
                (quotation, *_) = answer["citations"]
                read = await client.call_tool(
                    "get_article", {"article_id": quotation["article_id"]}
                )
                text = read.structured_content["text"]
                assert text[quotation["start"] : quotation["end"]] == quotation["quote"]

    own_loop.run(talk)
