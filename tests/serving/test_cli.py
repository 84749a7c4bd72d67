import json
import sys

import pytest

import rag.answering.assistant
import rag.indexing.sync
import rag.serving.commands.doctor
from rag.serving import cli


@pytest.fixture
def run(monkeypatch, capsys, embedder, settings):
    """The command as a user types it, on the small corpus, with the fake model: (status, stdout, stderr)."""
    monkeypatch.setattr(rag.answering.assistant, "open_embedder", lambda _: embedder)
    monkeypatch.setattr("rag.indexing.adding.open_embedder", lambda _: embedder)
    monkeypatch.setattr("rag.indexing.sharing.open_embedder", lambda _: embedder)
    identity = (embedder.name, embedder.fingerprint)
    monkeypatch.setattr(rag.indexing.sync, "identify_model", lambda _: identity)
    monkeypatch.setattr("rag.embedding.open_embedder", lambda _: embedder)
    monkeypatch.setenv("SHAWAHID_INDEX", str(settings.index))
    monkeypatch.setenv("SHAWAHID_CORPUS", str(settings.corpus))
    monkeypatch.setenv("SHAWAHID_ANSWER_THRESHOLD", "0")
    monkeypatch.setenv("SHAWAHID_WRITER", "extractive")
    monkeypatch.setenv("SHAWAHID_EMBEDDING_MODEL", "fake")

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["shawahid", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return ended.value.code, out, err

    return ran


def one_line(err):
    return err.startswith("shawahid: ") and err.count("\n") == 1


def test_index_prints_what_it_did_and_names_what_it_refused(run, corpus):
    (corpus / "broken.md").write_text("---\ntitle: [\n---\nx", "utf-8")
    status, out, err = run("index", str(corpus))
    assert status == 0
    assert "added 3, changed 0, removed 0, unchanged 0, refused 1" in out
    assert "broken.md" in err
    assert "unchanged 3" in run("index", str(corpus))[1]


def test_ask_prints_the_answer_with_its_quotation(run):
    run("index")
    status, out, _ = run("ask", "من افتتح الجسر الثاني على نهر كورا في فلدن؟")
    assert status == 0
    assert "[1] افتتاح جسر ثان على نهر كورا · صحيفة النهر · 2020-06-10" in out


def test_ask_json_prints_one_object_and_nothing_else(run):
    run("index")
    status, out, err = run("ask", "Who cut the ribbon?", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["citations"][0]["quote"]


def test_a_batch_answers_in_order_and_keeps_the_ids(run, tmp_path):
    run("index")
    file = tmp_path / "q.jsonl"
    rows = [{"id": "b", "question": "Who cut the ribbon?"}, {"question": "كم بلغت كلفة الجسر؟", "id": "a"},
            {"id": 3, "question": "And when?", "history": [{"question": "Who opened the bridge over the Kora?", "answer": "x"}]}]  # fmt: skip
    file.write_text("\ufeff" + "\n".join(json.dumps(r) for r in rows) + "\n\n", "utf-8")
    status, out, _ = run("ask", "--questions", str(file), "--json")
    assert status == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["b", "a", 3]


def test_a_bad_question_of_a_batch_does_not_stop_the_others(run, tmp_path):
    run("index")
    file = tmp_path / "q.jsonl"
    file.write_text(
        '{"id": 1, "question": ""}\n{"id": 2, "question": "Who cut the ribbon?"}\n', "utf-8"
    )
    status, out, err = run("ask", "--questions", str(file), "--json")
    first, second = map(json.loads, out.splitlines())
    assert status == 2
    assert one_line(err)
    assert "empty" in first["error"]
    assert second["status"] == "answered"


def test_search_gives_passages(run):
    run("index")
    status, out, _ = run("search", "bridge", "-k", "2", "--json", "--language", "ar")
    rows = json.loads(out)["passages"]
    assert status == 0
    assert [row["article_id"] for row in rows] == ["bridge-2020"]
    assert "bridge-2020" in run("search", "جسر", "--json")[1]


def test_filters_reach_the_answer(run):
    run("index")
    answer = json.loads(
        run(
            "ask",
            "Who opened the bridge?",
            "--json",
            "--since",
            "2020-01-01",
            "--until",
            "2020-12-31",
        )[1]
    )
    assert {c["article_id"] for c in answer["citations"]} == {"bridge-2020"}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["ask"], 2, "--questions"),
        (["ask", ""], 2, "empty"),
        (["ask", "x" * 10_000], 2, "10000 characters"),
        (["ask", "who?", "--since", "yesterday"], 2, "2020-03-23"),
        (["ask", "who?", "--since", "2021-01-01", "--until", "2020-01-01"], 2, "after"),
        (["ask", "who?", "--writer", "magic"], 2, "writer"),
        (["serve", "--port", "99999"], 2, "port"),
        (["ask", "who?", "-k", "0"], 2, "greater than"),
        (["ask", "who?", "--nonsense"], 2, "--nonsense"),
        (["ask", "--questions", "missing.jsonl"], 2, "missing.jsonl"),
        (["nonsense"], 2, "nonsense"),
        (["index", "no-such-folder"], 1, "no-such-folder"),
    ],
)
def test_bad_usage_is_one_line_with_its_status(run, words, status, said):
    run("index")
    code, out, err = run(*words)
    assert (code, out) == (status, "")
    assert one_line(err)
    assert said in err


def test_without_an_index_the_remedy_is_named(run):
    code, out, err = run("ask", "who?")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "shawahid index" in err


def test_a_question_file_that_is_no_json_lines_names_the_line(run, tmp_path):
    run("index")
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "who?"}\n{oops\n', "utf-8")
    code, out, err = run("ask", "--questions", str(file))
    assert (code, out) == (2, "")
    assert "line 2" in err


def test_an_unknown_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("SHAWAHID_COLOUR", "blue")
    code, _, err = run("doctor")
    assert code == 1
    assert one_line(err)
    assert "SHAWAHID_COLOUR" in err


def test_doctor_tells_each_part_and_its_remedy(run):
    code, out, _ = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(out)}
    assert code == 1
    assert checks["index"]["state"] == "error"
    assert "shawahid index" in checks["index"]["detail"] + checks["index"]["remedy"]
    assert checks["model"]["state"] == "ok"
    run("index")
    code, out, _ = run("doctor")
    assert code == 0
    assert "✓ index:" in out
    assert "3 articles" in out


def test_even_an_unforeseen_failure_is_one_line(run, monkeypatch):
    monkeypatch.setattr("rag.serving.commands.doctor.examine", lambda _: 1 / 0)
    code, out, err = run("doctor")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "ZeroDivisionError" in err
