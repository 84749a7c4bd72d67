"""A web server on this machine whose pages a test writes, and a client that may reach it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rag.fetching.addresses import resolve
from rag.fetching.client import Client
from rag.settings import Settings


class Site:
    """`site.pages[path]` is (status, headers, body) or a function of the handler; `site.asked` the requests."""

    def __init__(self):
        self.pages = {}
        self.asked = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path, (404, {}, b""))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def page(self, path, body, kind="text/html; charset=utf-8", status=200, **headers):
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {"Content-Type": kind, **headers}, data)
        return self.base + path

    def paths(self):
        return [path for path, _ in self.asked]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def open_settings(tmp_path):
    return Settings(
        corpus=tmp_path / "corpus", fetch_private=True, fetch_delay_s=0, fetch_timeout_s=5
    )


@pytest.fixture
def make_client(open_settings):
    made = []

    def make(resolve_name=resolve, sleep=lambda _: None, **changes):
        client = Client(open_settings.model_copy(update=changes), resolve_name, sleep)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


PARAGRAPHS = {
    "ar": (
        "افتتح وزير النقل سامر حداد جسرًا جديدًا على نهر كورا في مدينة فلدن يوم ١٠ يونيو ٢٠٢٠ بحضور عدد من المسؤولين.",
        "وقال الوزير إن كلفة الجسر بلغت ٢٠ مليون كرونة، وإن طوله 410 أمتار، وإن العمل فيه استمر ثلاث سنوات كاملة.",
        "وأضاف أن شركة Nordbau هي التي نفذت المشروع، وأن الهدف منه تخفيف الازدحام عن الجسر القديم في وسط المدينة.",
    ),
    "ru": (
        "Порт Вельдена закрыли 15 января 2021 года из-за сильного шторма, сообщили в управлении порта во вторник.",
        "В гавани остались 27 судов, экипажи которых ждут улучшения погоды, рассказал капитан порта Илья Белов.",
        "По его словам, порт откроют через два дня, если ветер стихнет и волны станут ниже трёх метров.",
    ),
    "fr": (
        "Le musée de la ville a rouvert ses portes le 3 mai 2023 après deux ans de travaux, a annoncé la mairie.",
        "Les salles accueillent désormais 340 œuvres, contre 210 auparavant, selon la directrice Anne Lefèvre.",
        "L'entrée restera gratuite jusqu'à la fin du mois, et des visites guidées sont prévues chaque dimanche.",
    ),
}


def html(language, title, *, head="", paragraphs=None, charset="utf-8"):
    body = "".join(f"<p>{p}</p>" for p in paragraphs or PARAGRAPHS[language])
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="{charset}"><title>{title}</title>{head}</head>'
        f'<body><nav><ul><li><a href="/">Home</a></li><li><a href="/x">News</a></li></ul></nav>'
        f"<article><h1>{title}</h1>{body}</article><footer>© 2024</footer></body></html>"
    )


@pytest.fixture
def page_of():
    return html


@pytest.fixture
def paragraphs_of():
    return PARAGRAPHS
