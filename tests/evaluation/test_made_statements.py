import json
import random

import pytest

from eval.made_statements import parallel
from eval.reader_data import XQUAD, held_titles

LANGUAGES = ("ar", "en", "ru")


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path):
    titles = [f"Title {n}" for n in range(60)]
    for name, rows in {
        "squad2-half-dev": [{"title": title} for title in titles],
        "xquad-r": [
            {"para": f"p{n}", "title": title, "lang": language, "text": f"{language} {part} of {n}"}
            for n, title in enumerate(titles)
            for language in LANGUAGES
            for part in range(3)
        ],
        "ntrex-news": [
            {"id": f"ntrex-{language}-{n}", "lang": language, "text": f"{language} one of {n}\ntwo"}
            for n in range(20)
            for language in LANGUAGES
        ],
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "passages.jsonl").write_text(lines(rows), "utf-8")
    return tmp_path


def test_what_the_reader_learns_of_statements_is_not_what_the_verifier_is_fitted_on(data):
    learnt, fitted = (
        {text["en"][0] for text in parallel(data, random.Random(1), held=held)}
        for held in (False, True)
    )
    assert learnt
    assert fitted
    assert not learnt & fitted
    unseen = {f"en 0 of {title.removeprefix('Title ')}" for title in held_titles(data, XQUAD)}
    assert unseen
    assert not learnt & unseen
    assert all(set(text) == set(LANGUAGES) for text in parallel(data, random.Random(1)))
