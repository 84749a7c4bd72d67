import json
import subprocess
import sys

import pytest

from eval.__main__ import main


@pytest.fixture
def call(capsys):
    """Exit status, stdout and stderr of a command."""

    def run(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = stop.code
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def data(corpus, write_questions, use_product, kit):
    use_product(kit.perfect())
    return ["--corpus", corpus, "--questions", write_questions()]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["run", "--corpsu", "x"],
        ["compare", "one.json"],
        ["compare", "none.json", "none.json"],
        ["report", "none.json"],
        ["benchmark"],
        ["benchmark", "none", "--limit", "0"],
        ["benchmark", "no-such-set"],
        ["gate", "--allow-regression"],
    ],
)
def test_wrong_usage_is_status_2(call, arguments):
    status, out, err = call(*arguments)
    assert status == 2
    assert out == ""
    assert err


def test_run_writes_a_result_that_report_and_compare_read(call, data, tmp_path):
    path = tmp_path / "a.json"
    status, out, _ = call("run", *data, "--out", path)
    assert status == 0
    assert "answer accuracy" in out
    assert call("report", path)[1].strip() in out
    status, out, _ = call("compare", path, path)
    assert status == 0
    assert "0 questions changed" in out


def test_run_names_its_result_by_time_and_report_takes_the_newest(
    call, data, tmp_path, monkeypatch
):
    monkeypatch.setattr("eval.__main__.RESULTS", tmp_path)
    assert call("report")[0] == 2
    status, out, _ = call("run", *data)
    (path,) = tmp_path.glob("*T*Z.json")
    assert status == 0
    assert str(path) in out
    assert call("report")[1].strip() in out


def test_failing_answers_are_no_failure_of_the_run(call, data, kit, use_product, tmp_path):
    use_product(kit.assistant({q["question"]: kit.reply("not_found", "no") for q in kit.questions}))
    assert call("run", *data, "--out", tmp_path / "a.json")[0] == 0


def test_bad_gold_is_status_1_with_every_fault(
    call, corpus, kit, write_questions, use_product, tmp_path
):
    use_product(kit.perfect())
    path = write_questions([{**kit.questions[0], "must": []}, {**kit.questions[1], "must": []}])
    status, _, err = call(
        "run", "--corpus", corpus, "--questions", path, "--out", tmp_path / "a.json"
    )
    assert status == 1
    assert err.count("must empty") == 2
    assert not (tmp_path / "a.json").exists()


class TestGate:
    @pytest.fixture
    def gated(self, call, data, tmp_path):
        floors = tmp_path / "floors.json"
        return lambda *more: call("gate", *data, "--floors", floors, *more)

    def test_without_floors_it_fails_with_the_command(self, gated):
        status, _, err = gated()
        assert status == 1
        assert "gate --update" in err

    def test_update_then_gate_passes(self, gated):
        assert gated("--update")[0] == 0
        status, out, _ = gated()
        assert status == 0
        assert "floors hold" in out

    def test_a_loss_fails_and_update_refuses_it(self, gated, kit, use_product, tmp_path):
        gated("--update")
        before = (tmp_path / "floors.json").read_bytes()
        use_product(
            kit.assistant({q["question"]: kit.reply("not_found", "no") for q in kit.questions})
        )
        status, _, err = gated()
        assert status == 1
        assert "answer accuracy: 0.3333, floor 1.0000" in err
        status, _, err = gated("--update")
        assert status == 1
        assert "--allow-regression" in err
        assert (tmp_path / "floors.json").read_bytes() == before
        assert gated("--update", "--allow-regression")[0] == 0
        assert (
            json.loads((tmp_path / "floors.json").read_text())["floors"]["answer accuracy"]
            == 0.333333
        )

    def test_a_changed_corpus_fails_before_anything_is_asked(self, gated, corpus, kit, use_product):
        gated("--update")
        (corpus / "fair.md").write_text("another", "utf-8")
        asked = kit.perfect()
        use_product(asked)
        status, _, err = gated()
        assert status == 1
        assert "changed fair.md" in err
        assert asked.calls == []


def test_reading_results_loads_no_model():
    code = "import sys, eval.__main__; sys.exit('torch' in sys.modules or 'rag.indexing.sync' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reader_that_stops_reading_is_no_error(tmp_path, call, data):
    path = tmp_path / "a.json"
    call("run", *data, "--out", path)
    command = f"{sys.executable} -m eval report {path} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("0\n", "")
