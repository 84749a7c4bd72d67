"""The documented deployment, tried: nginx with the site of deploy/ before two servers."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from eval.reliability import server
from eval.reliability.asking import ASK
from eval.reliability.faults_writer import answered_questions, settings_for, talker
from eval.reliability.outcome import Outcome
from rag.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SITE = server.ROOT / "deploy" / "nginx.conf"
_NAME = "shawahid.example.org"
_STREAMED_S = (
    0.5  # least time between first and last piece of an answer that takes a second to write
)
_TOO_BIG = 65 * 2**20
_STARTING_S = 10.0


def installed() -> str | None:
    """Where nginx is, if it is."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def site(text: str, ports: Sequence[int], listen: tuple[int, int], certificate: Path) -> str:
    """The shipped site with the ports, names and files of this machine."""
    plain, secure = listen
    servers = "".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in ports)
    kept = [line for line in text.splitlines() if "listen [::]" not in line]
    lines = [
        line for line in kept if not line.lstrip().startswith(("server 127.", "# server 127."))
    ]
    made = "\n".join(lines).replace("keepalive 16;", f"{servers}keepalive 16;")
    made = made.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    made = made.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    folder = f"/etc/letsencrypt/live/{_NAME}"
    made = made.replace(f"{folder}/fullchain.pem", str(certificate))
    return made.replace(f"{folder}/privkey.pem", str(certificate.with_suffix(".key")))


@contextmanager
def nginx(program: str, work: Path, ports: Sequence[int]) -> Iterator[str]:
    """The address of nginx before servers at `ports`.

    Raises:
        ServerError: it does not take the site, or does not start.
    """
    work.mkdir(parents=True, exist_ok=True)
    certificate, listen = work / "site.pem", (server.free_port(), server.free_port())
    _certify(certificate)
    temporary = "".join(
        f"{kind}_temp_path {work}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = work / "nginx.conf"
    conf.write_text(
        f"daemon off;\nmaster_process off;\npid {work}/nginx.pid;\nerror_log {work}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}"
        f"{site(SITE.read_text('utf-8'), ports, listen, certificate)}\n}}\n",
        "utf-8",
    )
    command = [program, "-c", str(conf), "-p", str(work), "-e", str(work / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)  # noqa: S603
    if checked.returncode:
        raise ServerError(f"nginx does not take deploy/nginx.conf: {checked.stderr[-500:]}")
    with subprocess.Popen(command) as process:  # noqa: S603 - fixed words and paths of the harness
        try:
            yield _reached(f"https://127.0.0.1:{listen[1]}")
        finally:
            process.terminate()


def _certify(path: Path) -> None:
    program = shutil.which("openssl") or "/usr/bin/openssl"
    files = ["-keyout", str(path.with_suffix(".key")), "-out", str(path)]
    kind = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={_NAME}", "-days", "2"]
    subprocess.run([program, *kind, *files], capture_output=True, check=True)  # noqa: S603 - fixed words


def _reached(base: str) -> str:
    end = time.monotonic() + _STARTING_S
    with _client(base) as client:
        while time.monotonic() < end:
            try:
                client.get("/healthz")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return base
    raise ServerError(f"nginx does not answer at {base}")


def _client(base: str) -> httpx.Client:
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE  # it signs for itself
    return httpx.Client(base_url=base, verify=anyone, headers={"Host": _NAME}, timeout=60)


def faults_before(client: httpx.Client, question: str) -> list[str]:
    """What is wrong while all servers run: page, streaming, limits, closed routes."""
    found = []
    page = client.get("/")
    if page.status_code != HTTPStatus.OK or f"http://{_NAME}" in page.text:
        found.append(f"the page: {page.status_code}, or it names addresses without TLS")
    if client.get("/metrics").status_code != HTTPStatus.NOT_FOUND:
        found.append("the counts are open to everybody")
    if client.post(ASK, content=b"a" * _TOO_BIG).status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        found.append("a body of 65 MB is taken")
    spread = _spread(client, question)
    if spread < _STREAMED_S:
        found.append(f"an answer's pieces come within {spread:.2f} s: held back on the way")
    return found


def _spread(client: httpx.Client, question: str) -> float:
    """Seconds between the first and the last event of an answer."""
    body, headers = {"question": question, "writer": "ollama"}, {"Accept": "text/event-stream"}
    with client.stream("POST", ASK, json=body, headers=headers) as reply:
        times = [time.monotonic() for line in reply.iter_lines() if line.startswith("event:")]
    return times[-1] - times[0] if times else 0.0


def faults_after(client: httpx.Client, question: str, times: int) -> list[str]:
    """What is wrong once one of the servers is gone: the other answers everybody."""
    found = []
    for _ in range(times):
        reply = client.post(ASK, json={"question": question, "writer": "extractive"})
        if reply.status_code != HTTPStatus.OK:
            found.append(f"with one server gone: {reply.status_code} {reply.text[:100]}")
    return found


def run(work: Path, *, rounds: int = 20) -> Outcome:
    """Two servers behind nginx, then one of them alone for `rounds` questions.

    Raises:
        ServerError: nginx is not installed.
    """
    program = installed()
    if program is None:
        raise ServerError("no nginx to try deploy/nginx.conf with; install the package nginx-light")
    start = time.monotonic()
    folder, port = work / "index", server.free_port()
    server.index(server.CORPUS, folder)
    settings = settings_for(folder, port) | {"trusted_proxies": "127.0.0.1"}
    with ExitStack() as stack:
        stack.enter_context(talker("slow", port))
        servers = [
            stack.enter_context(server.running(work / name, settings)) for name in ("one", "two")
        ]
        ports = [int(each.base.rpartition(":")[2]) for each in servers]
        base = stack.enter_context(nginx(program, work / "nginx", ports))
        question = answered_questions(servers[0], 1, 1)[0]
        with _client(base) as client:
            faults = faults_before(client, question)
            faults += _without_its_own(servers, client, question, rounds)
        tracebacks = sum(each.tracebacks for each in servers)
    return Outcome(
        name="behind nginx",
        tried=4 + rounds,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(f"two servers; the reader's own stopped, then {rounds} questions", *faults[:20]),
        seconds=time.monotonic() - start,
    )


def _without_its_own(
    servers: Sequence[server.Server], client: httpx.Client, question: str, rounds: int
) -> list[str]:
    """The server that this reader is led to stops; the log tells which it is."""
    before = [each.log.stat().st_size for each in servers]
    found = faults_after(client, question, 1)
    grown = [
        each for each, size in zip(servers, before, strict=True) if each.log.stat().st_size > size
    ]
    if len(grown) != 1:
        return [*found, f"a question is seen by {len(grown)} servers"]
    grown[0].process.terminate()
    grown[0].process.wait(server.STOP_S)
    return found + faults_after(client, question, rounds)
