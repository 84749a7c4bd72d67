"""The files of deploy/: sound by their own tools, and true to the settings they rely on."""

import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import crossplane
import pytest

from rag.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
DEFAULTS = Settings()
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "StateDirectory": "shawahid",
}


def unit(path):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read_string(path.read_text("utf-8"))
    return parsed


def hadolint(path):
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([program, path], capture_output=True, text=True, check=False)


def nginx(text, tmp_path):
    """The directives of the http block, as nginx would read the site."""
    (tmp_path / "site.conf").write_text(text, "utf-8")
    main = tmp_path / "nginx.conf"
    main.write_text(f"events {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n", "utf-8")
    payload = crossplane.parse(str(main), combine=True, strict=True)
    assert payload["status"] == "ok", payload["errors"]
    return next(d for d in payload["config"][0]["parsed"] if d["directive"] == "http")["block"]


def flat(block):
    for directive in block:
        yield directive["directive"], directive["args"]
        yield from flat(directive.get("block", ()))


def test_the_dockerfile_passes_its_linter(tmp_path):
    done = hadolint(DEPLOY / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /tmp && sudo make\n")
    assert hadolint(tmp_path / "Dockerfile").returncode != 0


def test_the_container_runs_without_rights_and_is_watched():
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.M)
    assert "HEALTHCHECK" in last
    assert "/readyz" in last
    assert "pip install" not in last


def test_what_the_build_copies_is_there_and_not_ignored():
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    admitted = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M)
        for name in line.split()[:-1]
    ]
    assert "rag" in copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in admitted


def test_every_package_is_shipped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "rag").rglob("__init__.py")
    }
    assert found == listed


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_limited(path):
    service = unit(path)["Service"]
    for name, value in HARDENED.items():
        assert service[name] == value, name
    assert service["User"] == "shawahid"
    assert service["MemoryMax"].endswith("G")
    assert service["Restart"] == "on-failure"


def test_a_stop_has_the_time_that_the_server_takes():
    service = unit(DEPLOY / "shawahid@.service")["Service"]
    assert int(service["TimeoutStopSec"]) >= DEFAULTS.shutdown_s + 5


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(path):
    words = unit(path)["Service"]["ExecStart"].split()
    assert words[0] == "/opt/shawahid/bin/shawahid"
    done = subprocess.run(
        [sys.executable, "-m", "rag", words[1], "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(word in done.stdout for word in words[2:])


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_named_is_one(path):
    named = set(re.findall(r"SHAWAHID_([A-Z_]+[A-Z])", path.read_text("utf-8")))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_site_is_nginx_and_streams(tmp_path):
    found = list(flat(nginx((DEPLOY / "nginx.conf").read_text("utf-8"), tmp_path)))
    assert ("proxy_buffering", ["off"]) in found
    assert ("proxy_http_version", ["1.1"]) in found
    timeout = next(args[0] for name, args in found if name == "proxy_read_timeout")
    assert int(timeout.removesuffix("s")) > DEFAULTS.answer_seconds
    assert ("proxy_set_header", ["X-Forwarded-For", "$remote_addr"]) in found
    assert any(name == "listen" and "ssl" in args for name, args in found)


def test_a_wrong_site_is_seen(tmp_path):
    with pytest.raises(AssertionError, match="proxy_bufering"):
        nginx("server { proxy_bufering off; }", tmp_path)


def test_a_reader_stays_with_one_process(tmp_path):
    block = nginx((DEPLOY / "nginx.conf").read_text("utf-8"), tmp_path)
    upstream = next(d["block"] for d in block if d["directive"] == "upstream")
    assert ("hash", ["$binary_remote_addr", "consistent"]) in list(flat(upstream))


def test_files_added_at_the_page_fit_through_the_site(tmp_path):
    found = dict(flat(nginx((DEPLOY / "nginx.conf").read_text("utf-8"), tmp_path)))
    assert (
        int(found["client_max_body_size"][0].removesuffix("m")) > DEFAULTS.ingestion_batch_megabytes
    )
