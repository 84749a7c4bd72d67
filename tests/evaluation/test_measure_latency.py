import json

from eval.measure_latency import OTHER, STEPS, WHOLE, Clock, set_questions, table


class Time:
    """Stands in for the module: tells the seconds it is set to."""

    def __init__(self):
        self.wall = self.processor = 0.0

    def perf_counter(self):
        return self.wall

    def process_time(self):
        return self.processor


def test_inner_steps_are_not_counted_in_outer_ones(monkeypatch):
    now, clock = Time(), Clock()
    monkeypatch.setattr("eval.measure_latency.time", now)
    with clock.question():
        now.wall = 0.001
        with clock.step("score rows"):
            now.wall = 0.003
            with clock.step("dense search"):
                now.wall, now.processor = 0.007, 0.008  # two threads
            now.wall = 0.015
    (steps,) = clock.questions
    assert {name: (round(w, 6), round(p, 6)) for name, (w, p) in steps.items()} == {
        OTHER: (1, 0),
        "score rows": (10, 0),
        "dense search": (4, 8),
        WHOLE: (15, 8),
    }


def test_the_clock_is_on_every_step_inside_and_gone_after():
    places = [place for several in STEPS.values() for place in several]
    before = [getattr(owner, name) for owner, name in places]
    with Clock().installed():
        assert all(getattr(o, n) is not f for (o, n), f in zip(places, before, strict=True))
    assert [getattr(owner, name) for owner, name in places] == before


def test_shares_are_of_the_wall_time_and_steps_never_run_left_out():
    lines = list(table([{WHOLE: (10.0, 4.0), "embed": (7.5, 3.0), OTHER: (2.5, 1.0)}] * 3))
    assert [line.split()[0] for line in lines[1:]] == [WHOLE, "embed", OTHER]
    assert lines[2].split()[1:] == ["7.5", "7.5", "3.0", "3.0", "75.0%"]


def test_each_language_asks_as_much_and_nothing_twice(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    rows = [
        {"question": f"{lang} {n % 9}", "lang": lang}
        for lang in ("ar", "en", "ru", "tr")
        for n in range(30)
    ]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = set_questions(tmp_path, 12)
    assert len(found) == len(set(found)) == 12
    assert [sum(q.startswith(lang) for q in found) for lang in ("ar", "en", "ru")] == [4, 4, 4]
    assert found == set_questions(tmp_path, 12)
