import dataclasses
import json
from types import SimpleNamespace

import pytest

from eval import gate
from eval.figures import Figure
from eval.gate import GateError


def figure(value, n=10):
    return Figure(value, value, value, n, 1 / n)


def result_of(**values):
    """A run with the figures given; only what the gate reads of it."""
    figures = {name.replace("_", " "): dataclasses.asdict(figure(v)) for name, v in values.items()}
    return SimpleNamespace(figures=figures, model={"name": "fake", "fingerprint": "0"})


PINS = gate.Pins({"sha256": "a", "count": 3}, {"count": 2, "files": {"x.md": "1", "y.md": "2"}})


class TestFloors:
    def test_at_the_floor_and_one_question_below_pass(self):
        gate.check_floors({"answer accuracy": 0.8}, {"answer accuracy": figure(0.8)})
        gate.check_floors({"answer accuracy": 0.8}, {"answer accuracy": figure(0.7)})

    def test_two_questions_below_fail_and_the_message_says_by_how_much(self):
        with pytest.raises(
            GateError, match=r"answer accuracy: 0\.6000, floor 0\.8000, tolerance 0\.1000 \(n 10\)"
        ):
            gate.check_floors({"answer accuracy": 0.8}, {"answer accuracy": figure(0.6)})

    @pytest.mark.parametrize("name", sorted(gate.EXACT))
    def test_what_must_always_hold_is_forgiven_nothing(self, name):
        gate.check_floors({name: 1.0}, {name: figure(1.0)})
        with pytest.raises(GateError, match=name):
            gate.check_floors({name: 1.0}, {name: figure(0.99, 1000)})

    def test_the_tolerance_shrinks_with_more_questions(self):
        assert gate.tolerance("x", figure(0.5, 1000)) == pytest.approx(0.001)
        with pytest.raises(GateError):
            gate.check_floors({"x": 0.5}, {"x": figure(0.498, 1000)})

    def test_a_figure_that_is_no_longer_measured_fails(self):
        with pytest.raises(GateError, match="no longer measured"):
            gate.check_floors({"gone": 0.1}, {"here": figure(1.0)})

    def test_every_broken_floor_is_named(self):
        with pytest.raises(GateError, match=r"2 of 3 floors broken:\n  a.*\n  b"):
            gate.check_floors({"a": 1.0, "b": 1.0, "c": 0.1}, {n: figure(0.2) for n in "abc"})


class TestPins:
    def test_the_same_data_passes(self):
        gate.check_pins(PINS, PINS)

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"x.md": "1"}, "removed y.md"),
            ({"x.md": "1", "y.md": "2", "z.md": "3"}, "added z.md"),
            ({"x.md": "9", "y.md": "2"}, "changed x.md"),
        ],
    )
    def test_another_corpus_fails_with_the_command_to_run(self, files, said):
        with pytest.raises(GateError, match=said) as error:
            gate.check_pins(PINS, gate.Pins(PINS.questions, {"count": len(files), "files": files}))
        assert gate.UPDATE in str(error.value)

    def test_other_questions_fail(self):
        with pytest.raises(GateError, match="questions: changed, 3 then, 4 now"):
            gate.check_pins(PINS, gate.Pins({"sha256": "b", "count": 4}, PINS.corpus))

    def test_another_model_fails(self):
        floors = gate.Floors(PINS, {"name": "large", "fingerprint": "1"}, {})
        with pytest.raises(GateError, match="SHAWAHID_EMBEDDING_MODEL"):
            gate.check_model(floors, result_of())
        gate.check_model(
            gate.Floors(PINS, {"name": "fake", "fingerprint": "other"}, {}), result_of()
        )


class TestUpdate:
    OLD = gate.Floors(PINS, {"name": "fake"}, {"a": 0.8, "b": 0.5})

    def test_first_floors_are_what_was_measured(self):
        assert gate.raised(None, result_of(a=0.81, b=2 / 3), PINS).floors == {
            "a": 0.81,
            "b": 0.666666,
        }

    def test_floors_rise_and_small_losses_do_not_lower_them(self):
        assert gate.raised(self.OLD, result_of(a=0.9, b=0.45), PINS).floors == {"a": 0.9, "b": 0.5}

    @pytest.mark.parametrize("measured", [{"a": 0.6, "b": 0.5}, {"a": 0.9}])
    def test_a_loss_is_refused(self, measured):
        with pytest.raises(GateError, match="--allow-regression"):
            gate.raised(self.OLD, result_of(**measured), PINS)

    def test_a_loss_is_taken_when_allowed(self):
        assert gate.raised(
            self.OLD, result_of(a=0.6, b=0.7), PINS, allow_regression=True
        ).floors == {"a": 0.6, "b": 0.7}
        assert gate.raised(self.OLD, result_of(a=0.75), PINS, allow_regression=True).floors == {
            "a": 0.8
        }

    def test_what_was_written_holds_at_once(self, tmp_path):
        run = result_of(a=2 / 3, completed=1.0, quotation_exactness=1 / 3)
        gate.write_floors(gate.raised(None, run, PINS), tmp_path / "floors.json")
        floors = gate.read_floors(tmp_path / "floors.json")
        gate.check_pins(floors.pins, PINS)
        gate.check_floors(floors.floors, gate.figures_of(run))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "floors": [], "model": null}']
)
def test_a_damaged_floors_file_is_refused(tmp_path, content):
    path = tmp_path / "floors.json"
    path.write_text(content)
    with pytest.raises(GateError, match="restore it"):
        gate.read_floors(path)


def test_missing_floors_name_the_command(tmp_path):
    with pytest.raises(GateError, match=gate.UPDATE):
        gate.read_floors(tmp_path / "floors.json")


def test_pins_follow_the_files(corpus, write_questions):
    questions = write_questions()
    before = gate.pin(questions, corpus)
    assert before.questions["count"] == 3
    assert before.corpus["count"] == 3
    questions.write_text(questions.read_text("utf-8") + "\n", "utf-8")
    (corpus / "fair.md").unlink()
    with pytest.raises(GateError, match=r"questions: changed(.|\n)*removed fair.md"):
        gate.check_pins(before, gate.pin(questions, corpus))


def test_the_floors_file_shows_counts_for_review(corpus, write_questions, tmp_path):
    pins = gate.pin(write_questions(), corpus)
    gate.write_floors(gate.Floors(pins, None, {"a": 0.5}), tmp_path / "floors.json")
    data = json.loads((tmp_path / "floors.json").read_text("utf-8"))
    assert data["corpus"]["count"] == 3
    assert data["questions"]["unanswerable"] == 1
    assert len(data["questions"]["sha256"]) == 64
    assert list(tmp_path.glob("*.new")) == []
