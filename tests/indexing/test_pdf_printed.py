"""A page printed to PDF by a real browser reads as the page did."""

import os

import pytest
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

TITLE = "توسعة المرفأ تبدأ هذا الصيف"
PARAGRAPHS = (
    "أعلنت بلدية الميناء يوم الخميس أن أعمال توسعة المرفأ ستبدأ في 12 أيار 2022، وأن الطريق الساحلي سيغلق أمام "
    "الشاحنات لثلاثة أشهر (من السابعة صباحاً حتى الخامسة مساءً).",
    "وقال مدير شركة Harbour Works Ltd إن الكلفة تبلغ 3.5 مليون دينار، أي ٤٠٪ أكثر من 1,250 طلباً في عام ٢٠٢١، وإن "
    'السفن ستحوّل إلى الرصيف الشرقي "حتى نهاية الصيف". لا أحد يعرف الأولى، لأن الآخرين كَتَبُوا.',
    "The mayor said the office of the harbour would reopen after an inspection. Efficient offices file first; the "
    "word الميناء stands here, and costs were 35 million.",
    "Мэрия сообщила, что расширение порта начнётся 12 мая, а прибрежную дорогу закроют для грузовиков до конца "
    "лета 2022 года.",
)


def printed():
    body = "".join(
        f'<p dir="{"rtl" if text[0] > "ء" else "ltr"}">{text}</p>' for text in PARAGRAPHS
    )
    page = (
        f'<html dir="rtl"><meta charset="utf-8"><title>{TITLE}</title><h1>{TITLE}</h1>{body}</html>'
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.set_content(page)
        data = tab.pdf(format="A4")
        browser.close()
    return data


def test_a_printed_page_reads_as_it_did(read_data):
    article = read_data("a.pdf", printed()).articles[0]
    assert article.title == TITLE
    assert article.text.split("\n\n") == list(PARAGRAPHS)
