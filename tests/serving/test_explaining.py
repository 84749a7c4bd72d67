import json
import sys

import pytest

import rag.answering.assistant
import rag.indexing.sync
from rag.serving import cli


@pytest.fixture
def run(monkeypatch, capsys, embedder, settings):
    """`shawahid search` over the small corpus with the fake model: status and stdout."""
    rag.indexing.sync.sync(settings, embedder)
    monkeypatch.setattr(rag.answering.assistant, "open_embedder", lambda _: embedder)
    monkeypatch.setenv("SHAWAHID_INDEX", str(settings.index))

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["shawahid", "search", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().out

    return ran


QUESTION = "Какой мост открыл Samer Haddad в 2020 году?"


def test_reasons_are_an_extra_field_and_only_with_the_flag(run):
    status, out = run(QUESTION, "--json")
    plain = json.loads(out)
    assert status == 0
    assert "explain" not in out
    status, out = run(QUESTION, "--json", "--explain")
    explained = json.loads(out)
    assert status == 0
    assert explained.pop("explain")["time"] == {"first": "2020-01-01", "last": "2020-12-31"}
    reasons = [passage.pop("explain") for passage in explained["passages"]]
    assert explained == plain
    assert all({"dense", "sentence", "lexical", "fused"} <= set(r["legs"]) for r in reasons)


def test_the_first_passage_says_which_date_and_names_matched(run):
    first = json.loads(run(QUESTION, "--json", "--explain")[1])["passages"][0]
    assert first["article_id"] == "bridge-2020"
    assert [d["text"] for d in first["explain"]["dates"]] == ["١٠ يونيو ٢٠٢٠"]
    names = {n["asked"]: n["found"] for n in first["explain"]["names"]}
    assert names == {"Samer": "سامر", "Haddad": "حداد"}
    assert first["explain"]["legs"]["fused"] == pytest.approx(first["score"], abs=1e-4)


def test_the_terminal_shows_them_under_each_passage(run):
    status, out = run(QUESTION, "--explain", "-k", "1")
    assert status == 0
    assert "time: 2020-01-01 to 2020-12-31" in out
    assert "scores: dense" in out
    assert "· fused" in out
    assert "dates: “١٠ يونيو ٢٠٢٠” (2020-06-10)" in out
    assert "Haddad = حداد" in out
    assert "scores" not in run(QUESTION, "-k", "1")[1]


def test_a_file_of_questions_is_explained_line_by_line(run, tmp_path):
    file = tmp_path / "q.jsonl"
    rows = ['{"question": "Who cut the ribbon in 2019?", "id": "a"}', '{"question": "من؟"}']
    file.write_text("\n".join(rows), "utf-8")
    status, out = run("--questions", str(file), "--explain")
    first, second = map(json.loads, out.splitlines())
    assert status == 0
    assert first["explain"]["time"]["first"] == "2019-01-01"
    assert second["explain"]["time"] is None
