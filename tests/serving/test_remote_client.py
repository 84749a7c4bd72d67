"""What a client is made of: nothing heavy, and the documented lines of Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.serving.material import ARTICLES

ROOT = Path(__file__).parents[2]


def test_nothing_heavy_is_loaded() -> None:
    program = (
        "import sys; sys.argv = ['shawahid', 'ask', 'x', '--server', 'http://127.0.0.1:9']\n"
        "from rag.serving import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'faiss', 'gradio', 'tantivy', 'fastapi', 'transformers', 'mcp'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


CLIENT = '''
import httpx

with httpx.Client(base_url="http://127.0.0.1:7860", timeout=120) as shawahid:
    reply = shawahid.post("/api/v1/ask", json={"question": "متى زار شويغو دمشق؟"})
    if reply.is_error:
        raise SystemExit(reply.json()["detail"])
    answer = reply.json()
    for citation in answer["citations"]:
        article = shawahid.get("/api/v1/articles/" + citation["article_id"]).json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
'''  # fmt: skip


def test_the_documented_client_runs(page_server: Any) -> None:
    """The README's, as soon as it shows one."""
    blocks = (ROOT / "README.md").read_text("utf-8").split("```python\n")[1:]
    shown = [block.partition("```")[0] for block in blocks if "import httpx" in block]
    for client in shown or [CLIENT]:
        names: dict[str, Any] = {}
        program = client.replace("http://127.0.0.1:7860", page_server[0])
        exec(compile(program, "README", "exec"), names)
        assert {c["article_id"] for c in names["answer"]["citations"]} <= {a.id for a in ARTICLES}
        assert names["answer"]["citations"]
