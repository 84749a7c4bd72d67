"""`shawahid fetch` as a user types it."""

import json
import sys

import pytest

from rag.serving import cli


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SHAWAHID_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("SHAWAHID_FETCH_PRIVATE", "true")
    monkeypatch.setenv("SHAWAHID_FETCH_DELAY_S", "0")

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["shawahid", "fetch", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return ended.value.code, out, err

    return ran


def test_a_page_is_saved_and_the_second_time_unchanged(run, site, page_of, tmp_path):
    url = site.page("/a", page_of("ar", "افتتاح جسر Kora"))
    code, out, err = run(url)
    assert (code, err) == (0, "")
    assert out.startswith(f"saved {tmp_path / 'corpus'}")
    assert "افتتاح جسر Kora" in out
    assert run(url)[1].startswith("unchanged ")


def test_a_folder_may_be_named(run, site, page_of, tmp_path):
    assert run(site.page("/a", page_of("fr", "Un")), "--corpus", str(tmp_path / "other"))[0] == 0
    assert len(list((tmp_path / "other").iterdir())) == 1


def test_partial_success_lists_what_was_refused(run, site, page_of):
    code, out, err = run(site.page("/a", page_of("fr", "Un")), site.base + "/gone")
    assert code == 0
    assert err.startswith(f"refused {site.base}/gone: is answered with 404")
    assert err.count("\n") == 1
    assert out.endswith("saved 1, updated 0, unchanged 0, kept 0, refused 1\n")


def test_when_nothing_could_be_fetched_the_status_tells(run, site):
    code, out, err = run(site.base + "/gone")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_loopback_is_refused_without_the_setting(run, site, page_of, monkeypatch):
    monkeypatch.setenv("SHAWAHID_FETCH_PRIVATE", "false")
    code, _, err = run(site.page("/a", page_of("fr", "Un")))
    assert code == 1
    assert "no public address; set SHAWAHID_FETCH_PRIVATE=true" in err
    assert site.asked == []


def test_json_is_a_line_an_article(run, site, page_of):
    items = "".join(f"<item><link>/{n}</link><title>n</title></item>" for n in range(3))
    site.page("/0", page_of("ru", "Порт закрыт"))
    code, out, err = run(site.page("/f", f"<rss><channel>{items}</channel></rss>", "text/xml"), "--json", "--limit", "2")  # fmt: skip
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["outcome"] for row in rows] == ["saved", "refused"]
    assert err.startswith(f"refused {site.base}/1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "URL"),
        (["news.example"], "http://"),
        (["file:///etc/passwd"], "http://"),
        (["http://x/", "--limit", "0"], "limit"),
    ],
)
def test_wrong_usage_is_one_line(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
