"""`shawahid inspect` as a user types it."""

import json
import sys

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from rag.indexing.readers import read_file
from rag.serving import cli

COPIED = """الرئيسية | أخبار | رياضة | اقتصاد
افتتاح جسر ثان على نهر كورا في فلدن
تاريخ النشر: ١٠ يونيو ٢٠٢٠

افتتح وزير النقل سامر حداد جسرًا ثانيًا على نهر كورا في مدينة فلدن يوم الأربعاء 10 يونيو 2020.
اقرأ أيضا: انهيار جسر قديم في الجنوب

بلغت كلفة الجسر ٢٠ مليون كرونة، ويبلغ طوله ٤١٠ أمتار. وقال الوزير (Omar Said) إن الهدف تخفيف الازدحام منذ 2011.

نحن نستخدم ملفات تعريف الارتباط لتحسين تجربتك. اشترك في النشرة البريدية
شارك على فيسبوك
"""
PAGE = """<!DOCTYPE html><html lang="ru"><head><meta charset="windows-1251"><title>Порт закрыт из-за шторма</title>
<meta property="og:site_name" content="Речной вестник"><meta property="article:published_time" content="2021-01-15T10:00:00+03:00">
</head><body><nav><ul><li><a href="/">Главная</a></li><li><a href="/s">Спорт</a></li></ul></nav>
<article><h1>Порт закрыт из-за шторма</h1>
<p>Порт Вельдена закрыли 15 января 2021 года из-за сильного шторма, сообщили в управлении порта во вторник.</p>
<p>В гавани остались 27 судов, экипажи которых ждут улучшения погоды, рассказал капитан порта Илья Белов.</p>
<p>По его словам, порт откроют через два дня, если ветер стихнет и волны станут ниже трёх метров.</p></article>
<footer><p>Все права защищены</p></footer></body></html>"""


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SHAWAHID_EMBEDDING_MODEL", str(tmp_path / "no-model"))
    monkeypatch.setenv("SHAWAHID_CORPUS", str(tmp_path / "corpus"))

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["shawahid", "inspect", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return ended.value.code, out, err

    return ran


@pytest.fixture
def report(run):
    def made(path):
        code, out, err = run(path, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return made


@pytest.fixture
def copied(tmp_path):
    path = tmp_path / "جسر.txt"
    path.write_text(COPIED, "utf-8")
    return path


def test_each_removed_line_has_its_reason(report, copied):
    (article,) = report(copied)["articles"]
    why = {line: group["reason"] for group in article["removed"] for line in group["lines"]}
    assert "notice" in next(why[line] for line in why if "الارتباط" in line)
    assert why["اقرأ أيضا: انهيار جسر قديم في الجنوب"] == "link to another story"
    assert why["تاريخ النشر: ١٠ يونيو ٢٠٢٠"] == "line that tells the day of publication"
    assert "menu" in why["الرئيسية | أخبار | رياضة | اقتصاد"]
    story = {line for line in article["text"].split("\n") if line}
    title = article["metadata"]["title"]["value"]
    assert story | set(why) | {title} == {line for line in COPIED.split("\n") if line}
    assert sum(group["count"] for group in article["removed"]) == len(why)


def test_particulars_tell_where_they_came_from(report, copied):
    told = report(copied)["articles"][0]["metadata"]
    assert told["title"] == {
        "value": "افتتاح جسر ثان على نهر كورا في فلدن",
        "origin": "headline in the text",
    }
    assert told["published"] == {"value": "2020-06-10", "origin": "text"}
    assert told["language"] == {"value": "ar", "origin": "detected"}
    assert told["id"] == {"value": "جسر", "origin": "file name"}
    assert told["url"] == {"value": None, "origin": "unknown"}


def test_front_matter_and_headings_are_named_as_origins(report, corpus, tmp_path):
    told = report(corpus / "bridge-2020.md")["articles"][0]["metadata"]
    assert {name: told[name]["origin"] for name in ("title", "published", "source", "language", "author")} == {
        "title": "front matter", "published": "front matter", "source": "front matter",
        "language": "front matter", "author": "unknown",
    }  # fmt: skip
    (tmp_path / "h.md").write_text(
        "# Le musée rouvre\n\nLes salles accueillent 340 œuvres depuis le 3 mai 2023.", "utf-8"
    )
    assert report(tmp_path / "h.md")["articles"][0]["metadata"]["title"]["origin"] == "heading"


def test_dates_sentences_and_chunks_stand_where_they_say(report, copied):
    (article,) = report(copied)["articles"]
    text = article["text"]
    for kind in ("dates", "sentences", "chunks"):
        assert article[kind]
        assert all(text[row["start"] : row["end"]] == row["text"] for row in article[kind])
    assert [(d["first"], d["last"], d["certainty"]) for d in article["dates"]] == [
        ("2020-06-10", "2020-06-10", "explicit"),
        ("2011-01-01", None, "explicit"),
    ]
    assert sum(chunk["sentences"] for chunk in article["chunks"]) == len(article["sentences"])


def test_a_web_page_is_shown_with_what_its_reader_left_out(report, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.encode("cp1251"))
    found = report(path)
    (article,) = found["articles"]
    (group,) = article["removed"]
    assert found["encoding"] == "windows-1251"
    assert group["reason"].startswith("outside the story")
    assert group["lines"] == ["Главная", "Спорт", "Все права защищены"]
    assert article["metadata"]["published"] == {"value": "2021-01-15", "origin": "metadata"}
    assert article["metadata"]["source"] == {"value": "Речной вестник", "origin": "metadata"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", COPIED),
        ("a.md", "# عنوان\n\n" + COPIED),
        ("b.md", f"---\nid: x\n---\n{COPIED}"),
        ("a.html", PAGE),
        (
            "a.jsonl",
            json.dumps({"text": COPIED})
            + "\n"
            + json.dumps({"id": 7, "text": "Порт закрыли во вторник."}),
        ),
    ],
)
def test_what_is_shown_is_what_is_read(report, tmp_path, name, text):
    """Cleaning is done once more to tell its reasons; it must come to the same."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    read = read_file(path, tmp_path).articles
    shown = report(path)["articles"]
    assert [(a["id"], a["text"]) for a in shown] == [(a.id, a.text) for a in read]
    assert all(a["metadata"]["title"]["value"] == b.title for a, b in zip(shown, read, strict=True))
    assert shown[0]["removed"]


def test_tokens_are_those_of_the_model_without_loading_it(report, copied, tmp_path, monkeypatch):
    folder = tmp_path / "model"
    folder.mkdir()
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    monkeypatch.setenv("SHAWAHID_EMBEDDING_MODEL", str(folder))
    found = report(copied)
    assert found["tokens_by"] == f"the tokenizer of {folder}"
    assert [c["tokens"] for c in found["articles"][0]["chunks"]] == [
        len(c["text"].split()) for c in found["articles"][0]["chunks"]
    ]


def test_without_the_model_tokens_are_called_an_estimate(report, copied):
    assert "an estimate" in report(copied)["tokens_by"]


def test_refusals_and_notes_are_told_and_the_rest_is_shown(run, tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text('{"text": "افتتح الوزير الجسر أمس.", "url": "nowhere"}\n{oops\n', "utf-8")
    code, out, _ = run(path)
    assert code == 0
    assert "refused many.jsonl, line 2" in out
    assert "note: line 1: ignored url" in out
    assert "article many-1" in out


def test_the_text_on_a_terminal_is_for_people(run, copied):
    code, out, err = run(copied)
    assert (code, err) == (0, "")
    assert "encoding: UTF-8" in out
    assert "  published (text): 2020-06-10" in out
    assert "since" not in out
    assert "2011-01-01 to …, explicit" in out
    assert "× link to another story" in out


def test_long_lists_are_cut_unless_all_is_asked_for(run, tmp_path):
    path = tmp_path / "a.txt"
    menu = "\n".join(f"شارك على فيسبوك {n}" for n in range(9))
    path.write_text(f"{menu}\n\n{COPIED}", "utf-8")
    assert "more (--all lists them)" in run(path)[1]
    assert "more (--all lists them)" not in run(path, "--all")[1]


def test_nothing_in_a_file_steers_the_terminal(run, tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        PAGE.replace("Главная", "x\x1b[2Jy&#27;[31m").replace("windows-1251", "utf-8"), "utf-8"
    )
    assert "\x1b" not in run(path, "--all")[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("gone.md", None, "gone"),
        ("a.xyz", b"x", "ends in '.xyz'"),
        ("empty.txt", b" \n", "no text"),
        ("binary.txt", b"\0\1\2", "binary"),
        ("bad.md", b"---\ntitle: [\n---\nx", "not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_one_line(run, tmp_path, name, data, said):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = run(tmp_path / name)
    assert (code, out) == (1, "")
    assert err.startswith("shawahid: ")
    assert err.count("\n") == 1
    assert name in err
    assert said in err


def test_no_index_is_needed_and_none_is_made(run, corpus, tmp_path):
    assert run(corpus / "harbour-ru.md")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus"]
