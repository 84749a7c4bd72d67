"""Parts are run, kept and shown; what was not run or broke down is said."""

import dataclasses
import json
import sys
import time
import types

import pytest

from eval.reliability import __main__ as command
from eval.reliability import page, parts, proxy, supply
from eval.reliability.outcome import Outcome
from eval.reliability.parts import PARTS, Part, run_part
from rag.errors import ServerError


def outcome(**changed):
    given = {"name": "load", "tried": 5, "wrong": 0, "lost": 0, "half": 0, "tracebacks": 0}
    return Outcome(**{**given, "details": ("fine",), "seconds": 1.0, **changed})


@pytest.fixture
def module(monkeypatch):
    """A part whose module does what the test says."""

    def make(run):
        made = types.ModuleType("eval.reliability.made")
        made.run = run
        monkeypatch.setitem(sys.modules, "eval.reliability.made", made)
        return Part("made", "It holds.", {"rounds": 9}, {"rounds": 2})

    return make


@pytest.mark.parametrize("name", ["wrong", "lost", "half", "tracebacks"])
def test_one_fault_of_any_kind_and_nothing_holds(name):
    assert outcome().holds
    assert not outcome(**{name: 1}).holds
    assert not outcome(tried=0).holds


def test_a_part_is_run_at_its_length_in_a_folder_that_goes(module):
    seen = []

    def run(work, *, rounds):
        seen.append((work, rounds, work.is_dir()))
        return outcome(tried=rounds)

    part = module(run)
    assert run_part(part, quick=True).tried == 2
    assert run_part(part, quick=False).tried == 9
    assert [(rounds, was_there) for _, rounds, was_there in seen] == [(2, True), (9, True)]
    assert not any(work.exists() for work, _, _ in seen)


@pytest.mark.parametrize("error", [ServerError("no\nserver"), ValueError("broken")])
def test_a_part_that_breaks_down_does_not_hold_and_says_why(module, error):
    def run(work, *, rounds):
        raise error

    found = run_part(module(run), quick=True)
    assert not found.holds
    assert "not completed: " in found.details[0]
    assert "\n" not in found.details[0]


def test_the_page_shows_counts_and_what_was_not_run():
    figures = page.record({}, "load", outcome(tried=12345, details=("p95 1 s",)), quick=True)
    shown = page.render(figures)
    assert "| [load](#load) | 12,345 | 0 | 0 | 0 | 0 | quick |" in shown
    assert "- p95 1 s" in shown
    assert shown.count("| not run |") == len(PARTS) - 1


def test_a_fault_can_not_write_into_the_page():
    line = "question '\u202eab\ud800 <script>|`x`\n# h'"
    shown = page.render(page.record({}, "load", outcome(details=(line,)), quick=True))
    shown.encode("utf-8")
    assert "<script>" not in shown
    assert "\u202e" not in shown
    assert "\n# h" not in shown


def test_a_part_run_again_leaves_the_others_figures(module, monkeypatch, tmp_path):
    part = module(lambda work, *, rounds: outcome(tried=rounds))
    monkeypatch.setattr(command, "PARTS", (part,))
    monkeypatch.setattr(page, "PARTS", (*PARTS, part))
    kept, shown = tmp_path / "figures.json", tmp_path / "page.md"
    monkeypatch.setattr(command, "read_figures", lambda: page.read_figures(kept))
    monkeypatch.setattr(command, "write", lambda figures: page.write(figures, shown, kept))
    page.write(page.record({}, "load", outcome(), quick=False), shown, kept)
    assert command.main(["--only", "made", "--quick"]) == 0
    assert set(json.loads(kept.read_text("utf-8"))) == {"load", "made"}
    assert "[made](#made) | 2 |" in shown.read_text("utf-8")


def test_a_part_that_does_not_hold_fails_the_command(module, monkeypatch):
    part = module(lambda work, *, rounds: outcome(wrong=1))
    monkeypatch.setattr(command, "PARTS", (part,))
    monkeypatch.setattr(command, "read_figures", dict)
    monkeypatch.setattr(command, "write", lambda figures: None)
    assert command.main(["--quick"]) == 1


def test_every_part_is_there_to_be_run():
    folder = page.FIGURES.parent
    own = {"faults_sync", "faults_files", "faults_disk"}
    assert all((folder / f"{part.module}.py").exists() for part in PARTS if part.module not in own)
    assert {part.module for part in parts.PARTS} >= own


def test_a_part_that_takes_too_long_does_not_hold(module):
    def run(work, *, rounds):
        del work, rounds
        time.sleep(30)

    found = run_part(dataclasses.replace(module(run), limit_s=0.1), quick=True)
    assert not found.holds
    assert "not done within 0.1 s" in found.details[0]
    assert found.seconds < 10


@pytest.mark.parametrize(
    ("source", "danger"),
    [
        ("import pickle", "1: pickle"),
        ("from joblib import load", "1: joblib"),
        ("\neval(text)", "2: eval"),
        ("yaml.load(text)", "1: yaml.load"),
        ("subprocess.run(words, shell=True)", "1: subprocess.run(shell=True)"),
        ("torch.load(path)", "1: torch.load without weights_only=True"),
        ("np.load(path, allow_pickle=True)", "1: np.load(allow_pickle=True)"),
        ("Model(name, trust_remote_code=True)", "1: Model(trust_remote_code=True)"),
    ],
)
def test_a_dangerous_call_is_seen(source, danger):
    assert list(supply.dangers(source)) == [danger]


def test_harmless_calls_are_left_alone():
    source = (
        "model.eval()\nre.compile(x)\nsubprocess.run(words, shell=False)\n"
        "torch.load(p, weights_only=True)\nyaml.safe_load(t)"
    )
    assert list(supply.dangers(source)) == []


def test_no_module_of_the_program_runs_text_as_code():
    found = [
        f"{path.name}:{danger}"
        for path in supply.sources()
        for danger in supply.dangers(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_dependency_has_an_upper_bound():
    assert supply.unbounded(supply.requirements()) == []
    assert supply.unbounded(["a>=1", "b>=1,<2", "c==1", "d", "e[x]<3"]) == ["a>=1", "d"]


def test_a_package_beside_the_lock_is_seen():
    assert supply.differing({"a": "1", "b": "2", "c": None}, {"a": "1", "b": "3"}) == [
        "b 2, locked 3",
        "c is missing, locked not at all",
    ]
    assert supply.needed(["httpx>=0"])["httpcore"]


def test_the_site_is_given_the_ports_and_certificates_of_the_trial(tmp_path):
    made = proxy.site(proxy.SITE.read_text("utf-8"), [7001, 7002], (8001, 8002), tmp_path / "c.pem")
    assert "server 127.0.0.1:7001 " in made
    assert "server 127.0.0.1:7002 " in made
    assert "listen 127.0.0.1:8002 ssl" in made
    assert f"ssl_certificate_key {tmp_path}/c.key;" in made
    assert not {"7860", "letsencrypt", "[::]", "listen 80"} & set(made.split())
    assert "letsencrypt" not in made
