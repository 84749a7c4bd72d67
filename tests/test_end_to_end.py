"""The product as a stranger uses it: the real model, the shipped articles, the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag.indexing.readers import iter_files, read_file

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
ARTICLES = sum(1 for _ in iter_files(CORPUS))
pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]


def shawahid(*words):
    done = subprocess.run(
        [sys.executable, "-m", "rag", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("end-to-end") / "index"
    done = shawahid("index", str(CORPUS), "--index", str(folder))
    said = done.stderr.splitlines()  # how far it is, where the machine is busy, and nothing else
    assert done.returncode == 0
    assert all(line.startswith("read ") for line in said)
    assert f"added {ARTICLES}" in done.stdout
    return str(folder)


def test_every_quotation_of_a_batch_stands_in_its_article(index, tmp_path):
    texts = {
        article.id: article.text
        for path in iter_files(CORPUS)
        for article in read_file(path, CORPUS).articles
    }
    rows = [
        json.loads(line)
        for line in (ROOT / "eval" / "questions.jsonl").read_text("utf-8").splitlines()
    ]
    file = tmp_path / "questions.jsonl"
    asked = [{"id": row["id"], "question": row["question"]} for row in rows[::4]]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in asked), "utf-8")
    done = shawahid(
        "ask", "--questions", str(file), "--json", "--writer", "extractive", "--index", index
    )
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == [row["id"] for row in asked]
    quoted = [c for a in answers for c in a["citations"]]
    assert len(quoted) > len(asked) / 3
    assert all(texts[c["article_id"]][c["start"] : c["end"]] == c["quote"] for c in quoted)
    for answer in answers:
        assert bool(answer["citations"]) == (answer["status"] != "not_found")


def test_a_meeting_is_not_given_the_attendees_of_another(index):
    done = shawahid(
        "ask", "من حضر لقاء دمشق عام 2020؟", "--json", "--writer", "extractive", "--index", index
    )
    answer = json.loads(done.stdout)
    for year_before in ("أيوب", "مملوك", "سوسان", "فيرشينن"):
        assert year_before not in answer["text"]
    assert all(c["published"].startswith("2020") for c in answer["citations"])


def test_the_index_is_only_brought_up_to_date(index):
    done = shawahid("index", str(CORPUS), "--index", index)
    assert f"added 0, changed 0, removed 0, unchanged {ARTICLES}, refused 0" in done.stdout


def test_doctor_finds_everything_in_order(index):
    done = shawahid("doctor", "--json", "--index", index)
    states = {check["name"]: check["state"] for check in json.loads(done.stdout)}
    assert done.returncode == 0
    assert {
        states[name] for name in ("python", "settings", "model", "corpus", "index", "answers")
    } == {"ok"}
