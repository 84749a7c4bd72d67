import json

import pytest

from eval.goldset import load_goldset
from eval.product import corpus_digests, open_product
from eval.report import render, render_comparison
from eval.rows import newest_result, read_result, write_result
from eval.run import ask_all, run
from rag.errors import CorpusError, UsageError
from rag.records import Turn


@pytest.fixture
def result(kit, corpus, write_questions, use_product):
    def of(assistant=None):
        use_product(assistant or kit.perfect())
        return run(corpus, None, write_questions(), warn=lambda line: None)

    return of


def test_a_perfect_product_has_perfect_figures(result):
    got = result()
    assert {name: figure["value"] for name, figure in got.figures.items()} == dict.fromkeys(
        got.figures, 1.0
    )
    assert [row.correct for row in got.rows] == [True] * 3
    assert got.questions["answerable"] == 2
    assert got.questions["languages"] == {"ar": 1, "en": 1, "ru": 1}
    assert set(got.corpus["files"]) == {"dam.md", "fair.md", "мост.md"}
    assert got.model["name"] == "fake"


def test_no_path_of_this_machine_is_written(result, corpus):
    got = result()
    assert str(corpus.parent) not in json.dumps(
        [got.settings, got.corpus, got.questions, got.machine]
    )
    assert got.settings["writer"] == "extractive"


def test_a_crash_is_a_row_and_the_rest_goes_on(kit, result):
    broken = kit.perfect()
    broken._answers[kit.questions[0]["question"]] = RuntimeError("no [memory]")
    broken._passages[kit.questions[1]["question"]] = OSError("disk")
    got = result(broken)
    first, second, third = got.rows
    assert first.error == "RuntimeError: no [memory]"
    assert first.status is None
    assert second.error == "OSError: disk"
    assert third.correct
    assert got.figures["completed"]["value"] == pytest.approx(1 / 3)
    assert got.figures["answer accuracy"]["n"] == 3
    assert "RuntimeError: no [memory]" in render(got)


def test_the_first_crash_is_shown_in_full_and_only_that(kit, gold):
    broken = kit.assistant({g.question.question: ValueError("boom") for g in gold.values()})
    said = []
    rows = ask_all(broken, list(gold.values()), said.append)
    assert len(rows) == 3
    assert len(said) == 1
    assert "Traceback" in said[0]


def test_every_question_is_asked_before_it_is_searched(kit, gold):
    assistant = kit.perfect()
    ask_all(assistant, list(gold.values()), print)
    assert [name for name, _ in assistant.calls] == ["ask", "search"] * 3


def test_the_earlier_turns_reach_the_product(kit, write_questions):
    history = [{"question": "أي سد؟", "answer": "سد 2020."}]
    path = write_questions([{**kit.questions[0], "history": history}, kit.questions[1]])
    assistant = kit.perfect()
    ask_all(assistant, load_goldset(path, kit.articles.get), print)
    assert assistant.heard == [(Turn("أي سد؟", "سد 2020."),), ()]


def test_a_given_index_claims_nothing_about_files(
    corpus, write_questions, use_product, kit, tmp_path
):
    use_product(kit.perfect())
    got = run(corpus, tmp_path / "index", write_questions(), warn=print)
    assert got.corpus is None
    assert "an index that was given" in render(got)


def test_refused_files_are_told_and_kept(corpus, write_questions, use_product, kit):
    use_product(kit.perfect())
    said = []
    got = run(corpus, None, write_questions(), warn=said.append)
    assert said == ["refused while indexing: bad.pdf: is no PDF"]
    assert got.refused_files == ["bad.pdf: is no PDF"]


class TestFiles:
    def test_a_result_reads_back_equal(self, result, tmp_path):
        got = result()
        write_result(got, tmp_path / "sub" / "one.json")
        assert read_result(tmp_path / "sub" / "one.json") == got

    def test_a_failed_write_leaves_the_old_file(self, result, tmp_path):
        path = tmp_path / "one.json"
        got = result()
        write_result(got, path)
        before = path.read_bytes()
        (tmp_path / "one.json.new").mkdir()
        with pytest.raises(UsageError, match="another place"):
            write_result(got, path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        "content", ["", "[]", "{}", '{"format": 0}', '{"format": 1}', '{"format": 1, "rows": 3}']
    )
    def test_anything_else_is_refused(self, tmp_path, content):
        path = tmp_path / "x.json"
        path.write_text(content)
        with pytest.raises(UsageError, match="no result of"):
            read_result(path)

    def test_the_newest_is_the_last_by_name(self, tmp_path):
        with pytest.raises(UsageError, match="eval run"):
            newest_result(tmp_path)
        for name in ("2026-02-01T000000Z.json", "2026-01-01T000000Z.json"):
            (tmp_path / name).touch()
        assert newest_result(tmp_path).name == "2026-02-01T000000Z.json"


class TestReport:
    def test_failures_are_listed_with_reason_and_question(self, kit, result):
        wrong = kit.perfect()
        cost, length, mayor = (q["question"] for q in kit.questions)
        wrong._answers[cost] = kit.reply(
            "answered", f"{kit.length_quote} [1]", kit.cite("мост", kit.length_quote)
        )
        wrong._answers[length] = kit.reply("not_found", "нет")
        wrong._answers[mayor] = kit.reply("answered", "It is [bold]X[/bold].")
        text = render(result(wrong))
        assert "missing fact 15 مليون | خمسة عشر مليون" in text
        assert "forbidden 2,5" in text
        assert "wrong year: says 2,5" in text
        assert "refused though answerable (not_found)" in text
        assert (
            "answered though unanswerable: 1, refused though answerable: 1, wrong-year answers: 1"
            in text
        )
        assert "It is [bold]X[/bold]." in text
        assert cost in text

    def test_every_figure_kind_and_language_has_its_row(self, result):
        got = result()
        lines = [line.split("  ")[0].strip() for line in render(got).splitlines()]
        assert {*got.figures, "figure", "absent", "ar", "ru", "en", "write"} <= set(lines)

    def test_a_comparison_names_what_turned(self, kit, result):
        good = result()
        worse = kit.perfect()
        worse._answers[kit.questions[0]["question"]] = kit.reply("not_found", "لا")
        bad = result(worse)
        text = render_comparison(good, bad)
        assert "1 questions changed their verdict" in text
        assert "now wrong: q-price" in text
        assert "refused though answerable" in text
        assert "now right: q-price" in render_comparison(bad, good)
        assert "-0.333" in text

    def test_a_comparison_tells_of_other_data(self, kit, result, corpus):
        good = result()
        (corpus / "dam.md").write_text("else", "utf-8")
        text = render_comparison(good, result())
        assert "note: the corpus differs" in text
        assert "note: the model differs" not in text


def test_digests_follow_content_and_leave_hidden_files_and_readmes_out(corpus):
    before = corpus_digests(corpus)
    (corpus / "README.md").write_text("about")
    (corpus / ".DS_Store").write_text("x")
    assert corpus_digests(corpus) == before
    (corpus / "dam.md").write_text("changed")
    after = corpus_digests(corpus)
    assert [name for name in before if before[name] != after[name]] == ["dam.md"]


def test_digests_of_no_corpus_are_refused(tmp_path):
    with pytest.raises(CorpusError):
        corpus_digests(tmp_path / "none")


def test_the_product_is_opened_over_a_folder_that_goes_again(kit, corpus, monkeypatch):
    import rag
    import rag.embedding
    import rag.indexing.sync

    seen = {}
    assistant = kit.perfect()

    def opened(settings):
        seen["settings"] = settings
        return assistant

    def synced(settings, embedder, *, rebuild=False, progress=None):
        progress.reading(1, 1)
        progress.embedding(3)
        seen["embedder"] = embedder
        return rag.indexing.sync.SyncSummary(added=1, refused=[("x.pdf", "is no PDF")])

    monkeypatch.setattr(rag, "open_assistant", opened, raising=False)
    monkeypatch.setattr(rag.embedding, "open_embedder", lambda settings: "embedder")
    monkeypatch.setattr(rag.indexing.sync, "sync", synced)
    with open_product(corpus) as product:
        assert product.settings.corpus == corpus
        assert product.settings.writer == "extractive"
        assert product.settings.index.is_dir()
        assert product.refused == ("x.pdf: is no PDF",)
        assert product.index_s >= 0
        assert product.model is None
        assert not assistant.closed
    assert assistant.closed
    assert seen["embedder"] == "embedder"
    assert not seen["settings"].index.exists()
