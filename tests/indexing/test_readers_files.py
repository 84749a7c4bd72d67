"""Which files of a folder are articles."""

import os

import pytest

from rag.errors import ArticleError, CorpusError
from rag.indexing import readers
from rag.indexing.readers import iter_files, read_file


def names(corpus):
    return [path.relative_to(corpus).as_posix() for path in iter_files(corpus)]


def write(corpus, *files):
    for name in files:
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("نص المقال هنا.", encoding="utf-8")


def test_article_files_come_sorted_from_all_folders(tmp_path):
    write(tmp_path, "b.md", "a/z.txt", "a/b/c.jsonl", "A.markdown", "مقال.TXT")
    assert names(tmp_path) == ["A.markdown", "a/b/c.jsonl", "a/z.txt", "b.md", "مقال.TXT"]


def test_what_is_no_article_is_passed_over(tmp_path):
    write(
        tmp_path,
        "a.md",
        "README.md",
        "sub/readme.MD",
        ".hidden.md",
        ".git/x.md",
        "photo.jpg",
        "notes",
    )
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == ["a.md"]


def test_links_out_of_the_corpus_are_passed_over(tmp_path):
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    write(corpus, "a.md")
    write(outside, "secret.md")
    (corpus / "out.md").symlink_to(outside / "secret.md")
    (corpus / "folder").symlink_to(outside)
    (corpus / "broken.md").symlink_to(corpus / "gone.md")
    (corpus / "round.md").symlink_to(corpus / "round.md")
    (corpus / "inside.md").symlink_to(corpus / "a.md")
    assert names(corpus) == ["a.md", "inside.md"]


def test_a_corpus_reached_through_a_link_is_read(tmp_path):
    write(tmp_path / "real", "a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(tmp_path / "link") == ["a.md"]


def test_missing_folder_is_named_with_the_remedy(tmp_path):
    with pytest.raises(CorpusError, match=r"no folder .*gone; .*SHAWAHID_CORPUS"):
        iter_files(tmp_path / "gone")


def test_a_file_is_no_corpus(tmp_path):
    write(tmp_path, "a.md")
    with pytest.raises(CorpusError, match="is a file"):
        iter_files(tmp_path / "a.md")


def test_a_folder_without_articles_says_which_endings_are_read(tmp_path):
    write(tmp_path, "README.md", "a.docm")
    with pytest.raises(CorpusError, match=r"no article file .*\.jsonl.*\.md.*\.txt"):
        iter_files(tmp_path)


def test_a_folder_that_cannot_be_listed_stops_the_reading(tmp_path, monkeypatch):
    write(tmp_path, "a.md", "closed/b.md")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(CorpusError, match="closed: Permission denied"):
        iter_files(tmp_path)


def test_ids_default_to_the_path_without_ending(tmp_path):
    write(tmp_path, "سوريا/خبر 1.md", "x.y.txt")
    ids = [a.id for path in iter_files(tmp_path) for a in read_file(path, tmp_path).articles]
    assert ids == ["x.y", "سوريا/خبر 1"]


def test_a_file_that_vanished_is_an_article_error(tmp_path):
    with pytest.raises(ArticleError, match="gone"):
        read_file(tmp_path / "a.md", tmp_path)


def test_a_file_over_the_cap_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_ARTICLE_BYTES", 1024**2)
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 1024**2)
    assert read_file(path, tmp_path).articles
    path.write_bytes(b"a" * 1024**2 + b"b")
    with pytest.raises(ArticleError, match="more than 1 MB"):
        read_file(path, tmp_path)


def test_an_unknown_ending_is_refused(tmp_path):
    write(tmp_path, "a.docm")
    with pytest.raises(ArticleError, match=r"'\.docm', expected one of"):
        read_file(tmp_path / "a.docm", tmp_path)


def test_a_name_with_control_characters_is_refused(tmp_path):
    write(tmp_path, "a\nb.md")
    with pytest.raises(ArticleError, match="unprintable"):
        read_file(tmp_path / "a\nb.md", tmp_path)


def test_a_name_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / os.fsdecode(b"\xe3\xcf.md")
    path.write_text("نص المقال هنا.", encoding="utf-8")
    with pytest.raises(ArticleError, match="unprintable"):
        read_file(path, tmp_path)
