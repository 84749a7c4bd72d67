"""Files, texts and addresses taken in; what is refused leaves nothing behind."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rag.errors import IngestionOffError, UsageError
from rag.serving.ingesting.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from rag.serving.ingesting.receipts import Step
    from rag.settings import Settings

FERRY = "---\ntitle: عودة العبّارة\npublished: ٢٠٢١-٠٩-١٤\nlanguage: ar\n---\nعادت العبّارة إلى العمل يوم الأربعاء.\n\nثمن التذكرة ٤٠ كرونة.\n"
PAGE = (
    "<html><head><title>Ferry returns</title></head><body><nav><a href=/>Home</a><a href=/s>Sport</a></nav>"
    "<article><h1>Ferry returns</h1><p>The ferry across the Kora returned on Wednesday after two years, "
    "the port office said.</p><p>A ticket costs 40 crowns, and children under six travel free of charge "
    "on all days of the week.</p></article><footer><p>Copyright River Post. All rights reserved.</p></footer>"
    "</body></html>"
)


def test_a_file_is_in_corpus_and_index(desk: Desk, opened: Any, shelf: Any, corpus: Path) -> None:
    receipt = desk.add([("ferry.md", FERRY.encode())])
    (item,) = receipt.items
    assert (item.outcome, item.article_id, item.title) == ("added", "ferry", "عودة العبّارة")
    assert (item.published, item.published_origin, item.file) == (
        "2021-09-14",
        "front matter",
        "ferry.md",
    )
    assert (item.paragraphs, item.characters) == (2, len(shelf()["ferry"]))
    assert (receipt.articles, receipt.took, opened.times) == (4, 1, 1)
    assert (corpus / "ferry.md").read_bytes() == FERRY.encode()
    assert json.loads(json.dumps(receipt.to_dict()))["items"][0]["outcome"] == "added"


def test_what_was_left_out_of_a_page_is_told(desk: Desk) -> None:
    (item,) = desk.add([("ferry.html", PAGE.encode())]).items
    assert item.title == "Ferry returns"
    lines = [line for removed in item.removed for line in removed.lines]
    assert any("Copyright" in line for line in lines)
    assert all(removed.reason and removed.count >= len(removed.lines) for removed in item.removed)


def test_the_same_once_more_changes_nothing(desk: Desk, opened: Any, files: Any) -> None:
    desk.add([("ferry.md", FERRY.encode())])
    before = files()
    receipt = desk.add([("ferry.md", FERRY.encode())])
    assert ([i.outcome for i in receipt.items], receipt.batch) == (["unchanged"], None)
    assert (files(), opened.times) == (before, 1)


def test_another_text_under_a_known_id_is_refused_unless_asked_for(
    desk: Desk, files: Any, shelf: Any
) -> None:
    other = b"---\nid: bridge-2019\n---\nThe bridge was sold to the town for one crown.\n"
    before = files()
    (item,) = desk.add([("sold.md", other)]).items
    assert (item.outcome, item.fault) == ("refused", "conflict")
    assert "'bridge-2019' is in the corpus with other content (bridge-2019.md)" in item.reason
    assert files() == before
    (item,) = desk.add([("sold.md", other)], replace=True).items
    assert (item.outcome, item.file) == ("changed", "sold.md")
    assert files().keys() == before.keys() - {"bridge-2019.md"} | {"sold.md"}
    assert "one crown" in shelf()["bridge-2019"]


def test_a_persons_file_is_never_lost(desk: Desk, files: Any, corpus: Path) -> None:
    (corpus / "broken.html").write_bytes(b"")
    before = files()
    receipt = desk.add(
        [("broken.html", PAGE.encode()), ("bridge-2020.txt", b"Another text altogether.")]
    )
    assert [i.fault for i in receipt.items] == ["conflict", "conflict"]
    assert files() == before
    rows = [{"id": "a", "text": "A first story of the day."}, {"id": "b", "text": "A second one."}]
    many = "\n".join(map(json.dumps, rows)).encode()
    assert desk.add([("many.jsonl", many)]).took == 2
    (item,) = desk.add([("a.md", b"Something else is told here.")], replace=True).items
    assert (item.outcome, item.fault) == ("refused", "conflict")
    assert "also holds article 'b'" in item.reason


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.md", b"  \n", "holds no text"),
        ("picture.png", b"\x89PNG", "ends in '.png'"),
        ("no-ending", b"text", "ends in ''"),
        ("bad.pdf", b"%PDF-1.4 nothing", ""),
        ("bad.docx", b"PK\x03\x04", ""),
        ("half.jsonl", b'{"text": "A story with half a character, \\ud800."}', "half a character"),
        ("rows.jsonl", b"[1, 2]\nnot json", "is no JSON object"),
        ("yaml.md", b"---\nid: \n---\ntext here", "id is empty"),
    ],
)
def test_what_can_not_be_read_is_refused(
    desk: Desk, files: Any, opened: Any, name: str, data: bytes, words: str
) -> None:
    before = files()
    receipt = desk.add([(name, data)])
    assert {i.outcome for i in receipt.items} == {"refused"}
    assert words in receipt.items[0].reason
    assert receipt.items[0].reason
    assert (receipt.batch, files(), opened.times) == (None, before, 0)


def test_one_bad_file_costs_itself(desk: Desk, shelf: Any) -> None:
    receipt = desk.add([("bad.md", b""), ("ferry.md", FERRY.encode()), ("x.exe", b"MZ")])
    assert [i.outcome for i in receipt.items] == ["refused", "added", "refused"]
    assert set(shelf()) == {"bridge-2019", "bridge-2020", "harbour-ru", "ferry"}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("..\\..\\windows\\x.md", "x.md"),
        ("/abs/olute.txt", "olute.txt"),
        (".hidden.md", "hidden.md"),
        ("README.md", "article.md"),
        ("a\0b\u202e.md", "ab.md"),
        ("\ud800x.md", "x.md"),
        ("....md", "article.md"),
        ("خبر «اليوم» ١٢.md", "خبر «اليوم» ١٢.md"),
        ("Новость: порт?.MD", "Новость- порт.md"),
        ("x" * 400 + ".md", "x" * 150 + ".md"),
        ("ق" * 400 + ".md", "ق" * 75 + ".md"),
    ],
)
def test_names_are_made_safe(desk: Desk, files: Any, corpus: Path, name: str, file: str) -> None:
    before = files()
    (item,) = desk.add([(name, b"A short story about the river and its bridge.")]).items
    assert (item.outcome, item.file) == ("added", file)
    assert files().keys() - before.keys() == {file}
    assert not (corpus.parent / "passwd.md").exists()


def test_two_files_of_one_batch_with_one_id(desk: Desk) -> None:
    first, second = b"---\nid: n\n---\nOne story of the day.", b"---\nid: n\n---\nAnother story."
    receipt = desk.add([("1.md", first), ("2.md", second)], replace=True)
    assert [i.outcome for i in receipt.items] == ["added", "refused"]


def test_limits(settings: Settings, opened: Any, embedder: Any, desk: Desk) -> None:
    tight = settings.model_copy(
        update={
            "ingestion_files": 2,
            "ingestion_megabytes": 0.0001,
            "ingestion_batch_megabytes": 0.001,
        }
    )
    small = Desk(tight, opened, embedder=embedder)
    receipt = small.add([("long.md", b"word " * 30), ("ok.md", b"A story that is short.")])
    assert [(i.outcome, i.fault) for i in receipt.items] == [("refused", "limit"), ("added", None)]
    with pytest.raises(UsageError, match="3 files were given, at most 2"):
        small.add([("a.md", b"a")] * 3)
    with pytest.raises(UsageError, match="SHAWAHID_INGESTION_BATCH_MEGABYTES"):
        small.add([("a.md", b"a" * 2000)])
    with pytest.raises(UsageError, match="no file was given"):
        small.add([])


def test_off_unless_switched_on(settings: Settings, opened: Any, files: Any, desk: Desk) -> None:
    before = files()
    off = Desk(settings.model_copy(update={"ingestion": False}), opened)
    for call in (
        lambda: off.add([("a.md", b"text")]),
        lambda: off.add_text("t", "text"),
        lambda: off.add_url("http://127.0.0.1:1/"),
        lambda: off.remove("bridge-2019"),
        lambda: off.undo("x"),
    ):
        with pytest.raises(IngestionOffError, match="SHAWAHID_INGESTION=true"):
            call()
    assert (files(), off.batches(), off.recover(), off.is_on) == (before, [], 0, False)


def test_pasted_text(desk: Desk, shelf: Any) -> None:
    told = {"published": date(2022, 3, 1), "source": "صحيفة النهر", "language": "ar"}
    text = "قال الوزير: *سنبني* جسرًا.\n# ليس عنوانًا\n٣٫٢ ملايين"
    receipt = desk.add_text("جسرٌ جديد: متى؟", text, **told)  # type: ignore[arg-type]
    (item,) = receipt.items
    assert (item.outcome, item.article_id, item.title) == (
        "added",
        "جسر-جديد-متى",
        "جسرٌ جديد: متى؟",
    )
    assert (item.published, item.source, item.language) == ("2022-03-01", "صحيفة النهر", "ar")
    assert shelf()["جسر-جديد-متى"] == text
    assert desk.add_text("جسرٌ جديد: متى؟", text, **told).items[0].outcome == "unchanged"  # type: ignore[arg-type]
    (second,) = desk.add_text("جسر جديد: متى", "Другой текст о мосте через реку.").items
    assert (second.outcome, second.article_id) == ("added", "جسر-جديد-متى-2")
    with pytest.raises(UsageError, match="the text is empty"):
        desk.add_text("عنوان", " \n ")


@pytest.mark.parametrize(
    "title", ["", "???", "a: b\n---\nid: x", "\ud800", "x" * 3000, "..", "con/../x"]
)
def test_pasted_titles_that_are_odd(desk: Desk, files: Any, title: str) -> None:
    before = files()
    receipt = desk.add_text(title, "The river rose by two metres on Friday.")
    added = files().keys() - before.keys()
    if receipt.items[0].outcome == "added":
        assert len(added) == 1
        assert "/" not in next(iter(added))
    else:
        assert not added


def test_progress_is_told(desk: Desk) -> None:
    steps: list[Step] = []
    desk.add([("ferry.md", FERRY.encode())], progress=steps.append)
    stages = [step.stage for step in steps]
    assert stages[0] == "reading"
    assert "embedding" in stages
    assert stages[-1] == "opening"
