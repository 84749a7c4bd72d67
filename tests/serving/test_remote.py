"""`ask --server`: the same printing, JSON and exit status as without, and one line for whatever goes wrong."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.serving import cli
from rag.serving.commands.printing import answer_text, search_text
from tests.serving.canned import EVENTS, MOVED, PAGE, Canned, frame, problem
from tests.serving.conftest import ScriptedAssistant

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def canned() -> Iterator[Canned]:
    made = Canned()
    yield made
    made.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    def ran(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["shawahid", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(ended.value.code or 0), out, err

    return ran


@pytest.mark.parametrize(
    "question", ["كم كلفة مكتبة ٢٠٢١؟", "Сколько стоит ferry?", "سوق 2020", "افتتاح"]
)
def test_an_answer_is_printed_as_without_a_server(
    run: Run, page_server: Any, question: str
) -> None:
    base, assistant = page_server
    status, out, err = run("ask", question, "--server", base, "--json")
    row = json.loads(out)
    own = json.loads(json.dumps(assistant.ask(question).to_dict()))
    assert (status, err) == (0, "")
    assert row == own
    assert run("ask", question, "--server", base + "/")[1] == answer_text(own) + "\n"


def test_options_reach_the_server(run: Run, page_server: Any) -> None:
    base, assistant = page_server
    words = ["--since", "2020-01-01", "--source", "صوت النهر", "--language", "ar", "-k", "3"]
    run("ask", "مكتبة", "--server", base, "--writer", "extractive", *words)
    _, _, filters, options = assistant.asked[-1]
    assert (str(filters.since), filters.sources, filters.languages) == (
        "2020-01-01",
        ("صوت النهر",),
        ("ar",),
    )
    assert options == {"writer": "extractive", "passages": 3}


def test_a_search_is_printed_as_without_a_server(run: Run, page_server: Any) -> None:
    base, assistant = page_server
    found = [p.to_dict() for p in assistant.search("جسر", 2)]
    status, out, _ = run("search", "جسر", "-k", "2", "--server", base, "--json")
    assert status == 0
    assert json.loads(out)["passages"] == json.loads(json.dumps(found))
    shown = run("search", "جسر", "-k", "2", "--server", base)[1]
    assert shown == search_text({"passages": found}) + "\n"


def test_a_file_of_questions_keeps_order_ids_and_history(
    run: Run, page_server: Any, tmp_path: Path
) -> None:
    base, assistant = page_server
    file = tmp_path / "q.jsonl"
    rows = [
        {"id": "ب", "question": "ferry", "history": ["من؟", {"question": "a", "answer": "b"}]},
        {"id": 2, "question": ""},
        {"id": 3, "question": "a\ud800b"},
        {"id": None, "question": "سوق"},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    status, out, err = run("ask", "--questions", str(file), "--server", base)
    told = [json.loads(line) for line in out.splitlines()]
    assert status == 2
    assert "2 questions refused" in err
    assert [row["id"] for row in told] == ["ب", 2, 3, None]
    assert ["error" in row for row in told] == [False, True, True, False]
    history = next(h for q, h, *_ in assistant.asked if q == "ferry" and h)
    assert [(turn.question, turn.answer) for turn in history] == [("من؟", ""), ("a", "b")]


def test_line_separators_in_a_text_do_not_cut_an_event(run: Run, canned: Canned) -> None:
    answer = ScriptedAssistant().ask("مكتبة").to_dict() | {"text": "a\u2028b\x85c\x1dd\u2029e"}
    canned.replies = [EVENTS + frame("piece", text="a\u2028") + frame("answer", **answer)]
    status, out, _ = run("ask", "x", "--server", canned.url, "--json")
    assert (status, json.loads(out)["text"]) == (0, "a\u2028b\x85c\x1dd\u2029e")
    out = run("ask", "x", "--server", canned.url)[1]
    assert "\x1d" not in out
    assert "\x85" not in out


@pytest.mark.parametrize(
    ("reply", "status", "said"),
    [
        (PAGE, 1, "not as a Shawahid server"),
        (b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", 1, "not as a Shawahid server"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", 1, "not as"),
        (b"SSH-2.0-OpenSSH\r\n", 1, "broke off"),
        (b"", 1, "broke off"),
        (MOVED, 1, "points to https://else.example/"),
        (problem(401, "no token"), 1, "--token-file"),
        (problem(403, "reading only"), 1, "reading only"),
        (problem(422, "k: too many"), 2, "k: too many"),
        (problem(429, "too often", "Retry-After: 7\r\n"), 1, "too often; it asks to wait 7 s"),
        (problem(503, "no index\n\x1b[31m"), 1, "no index"),
        (problem(500, "its log tells"), 1, "its log tells"),
        (EVENTS + frame("piece", text="نص"), 1, "ended in the middle"),
        (EVENTS + frame("error", status=503, detail="model is gone"), 1, "model is gone"),
        (EVENTS + frame("error", status=422, detail="no writer"), 2, "no writer"),
        (EVENTS + frame("answer", text="x"), 1, "not as a Shawahid server"),
        (EVENTS + b"data: {\n\nevent: answer\ndata: {\n\n", 1, "not as a Shawahid server"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_line(
    run: Run, canned: Canned, reply: bytes, status: int, said: str
) -> None:
    canned.replies = [reply]
    code, out, err = run("ask", "من؟", "--server", canned.url)
    assert (code, out) == (status, "")
    assert err.startswith("shawahid: ")
    assert err.count("\n") == 1
    assert said in err
    assert "\x1b" not in err


def test_nobody_there_and_nobody_speaking(
    run: Run, canned: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    canned.replies, canned.delay_s = [PAGE], 2
    monkeypatch.setenv("SHAWAHID_CLIENT_TIMEOUT_S", "0.2")
    code, _, err = run("search", "من؟", "--server", canned.url)
    assert (code, err.count("\n")) == (1, 1)
    assert "silent for 0.2 s" in err
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code, _, err = run("ask", "من؟", "--server", f"http://127.0.0.1:{port}")
    assert (code, err.count("\n")) == (1, 1)
    assert "can't be reached" in err
    assert "shawahid serve" in err


def test_tls_where_there_is_none_is_told(run: Run, canned: Canned) -> None:
    listener = ssl.create_default_context()
    assert listener.verify_mode is ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def speak() -> None:
            caller, _ = plain.accept()
            with caller:
                caller.recv(100)
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=speak, daemon=True).start()
        code, _, err = run("ask", "من؟", "--server", f"https://127.0.0.1:{plain.getsockname()[1]}")
    assert (code, err.count("\n")) == (1, 1)
    assert "SSL_CERT_FILE" in err


def test_a_file_waits_when_told_to(
    run: Run, canned: Canned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("rag.serving.commands.remote.time.sleep", slept.append)
    answer = ScriptedAssistant().ask("مكتبة").to_dict()
    later = problem(429, "too often", "Retry-After: 3\r\n")
    canned.replies = [later, later, EVENTS + frame("answer", **answer)]
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "مكتبة"}\n', "utf-8")
    assert run("ask", "--questions", str(file), "--server", canned.url)[0] == 0
    assert slept == [3.0, 3.0]
    canned.replies = [later]
    code, _, err = run("ask", "--questions", str(file), "--server", canned.url)
    assert code == 1
    assert "asks to wait 3 s" in err
    assert len(slept) == 5


def test_the_token_is_sent_and_never_shown(
    run: Run, canned: Canned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canned.replies = [problem(401, "no")]
    file = tmp_path / "token"
    file.write_text("shw_from-the-file\n")
    _, out, err = run("ask", "من؟", "--server", canned.url, "--token-file", str(file))
    assert "authorization: bearer shw_from-the-file" in canned.requests[-1].lower()
    assert "shw_" not in out + err
    assert "another" in err
    monkeypatch.setenv("SHAWAHID_CLIENT_TOKEN", "shw_from-outside")
    _, out, err = run("ask", "من؟", "--server", canned.url)
    assert "authorization: bearer shw_from-outside" in canned.requests[-1].lower()
    assert "shw_" not in out + err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--server", "127.0.0.1:7860"], "http://127.0.0.1:7860"),
        (["--server", "ftp://x"], "expected an address"),
        (["--server", "http://user:secret@host"], "expected an address"),
        (["--server", "http://127.0.0.1:99999999"], "expected an address"),
        (["--server", "http://h", "--index", "x"], "exclude each other"),
        (["--token-file", "x"], "--server URL"),
        (["--server", "http://h", "--token-file", "missing"], "missing can't be read"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, words: list[str], said: str) -> None:
    code, out, err = run("ask", "من؟", *words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert "secret" not in err


@pytest.mark.parametrize("text", ["", "two words", "سر", "a\nb"])
def test_what_is_no_token_is_not_sent_nor_shown(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.write_text(text, "utf-8")
    code, _, err = run("ask", "من؟", "--server", "http://127.0.0.1:9", "--token-file", str(file))
    assert code == 2
    assert "holds no token" in err
    assert not text or text not in err


def test_reasons_are_not_for_servers(run: Run, canned: Canned) -> None:
    code, _, err = run("search", "من؟", "--explain", "--server", canned.url)
    assert (code, err.count("\n")) == (2, 1)
    assert "--explain" in err
