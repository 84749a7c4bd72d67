"""Conversations stay in the browser: across reloads and restarts, listed, renamed, deleted, never trusted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from rag.settings import Settings
from tests.serving.material import HOSTILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio"),
]

QUESTION = "ماذا قالت مديرة المكتبة؟"
STORED = """() => Object.entries(localStorage).filter(([key]) => key.startsWith('shawahid.talk.'))
    .map(([key, value]) => [key, JSON.parse(value)])"""


def stored(reader: Any) -> list[Any]:
    return sorted(reader.page.evaluate(STORED), key=lambda pair: -pair[1]["at"])


def test_a_reload_brings_the_conversation_back(visit: Any, page_server: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask(QUESTION)
    reader.ask("كم متجرًا في سوق 2020؟")
    page.reload()
    expect(page.locator("#chat .user-row")).to_have_count(2)
    expect(page.locator("#sources .turn")).to_have_count(2)
    assert "✓ موثَّق · مصدران" in page.locator("#chat .thought-group .title").first.inner_text()
    page.click("#chat a[href='#t1-s2']")
    expect(page.locator("#t1-s2")).to_be_focused()
    expect(page.locator("#t1-s2 mark")).to_have_text(
        "Engineers found cracks in two of its eleven piers"
    )
    page.locator("#chat .thought-group .title").first.click()
    expect(page.locator("#chat")).to_contain_text("من ذاكرة هذا المتصفح")
    picture(page, "desktop-ar-light-restored")
    reader.ask("وماذا بعد؟")
    assert [turn.question for turn in page_server[1].asked[-1][1]] == [
        QUESTION,
        "كم متجرًا في سوق 2020؟",
    ]
    assert len(stored(reader)) == 1


def test_a_conversation_survives_the_server(browser: Any, run_server: Any, scripted: Any) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    with run_server(scripted(), Settings()) as base:
        page.goto(base)
        expect(page.locator("#chat .example")).to_have_count(4)
        page.fill("#ask textarea", QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#sources .turn")).to_have_count(1)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.close()
    page = context.new_page()  # another port, hence another origin: its storage is carried over
    with run_server(scripted(), Settings()) as base:
        page.add_init_script(
            f"""if (!localStorage.length) {{ const [local, session] = {kept};
            Object.assign(localStorage, local); Object.assign(sessionStorage, session); }}"""
        )
        page.goto(base)
        expect(page.locator("#chat .user-row")).to_have_count(1)
        expect(page.locator("#sources .src")).to_have_count(2)
    context.close()


def test_conversations_are_listed_renamed_and_deleted(visit: Any, picture: Any) -> None:
    reader = visit("?lang=en")
    page = reader.page
    page.click("[data-act=talks]")
    expect(page.locator("#talks .none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#talks")).to_be_hidden()
    reader.ask(QUESTION)
    page.click("#top [data-act=new]")
    expect(page.locator("#chat .example")).to_have_count(4)
    reader.ask("What does the ferry cost?")
    assert [talk["name"] for _, talk in stored(reader)] == ["What does the ferry cost?", QUESTION]
    page.click("[data-act=talks]")
    picture(page, "desktop-en-light-conversations")
    page.click("#talks li:nth-child(2) .name")
    expect(page.locator("#talks")).to_be_hidden()
    expect(page.locator("[data-testid=user]")).to_have_text(QUESTION)
    expect(page.locator("#sources .sp-q")).to_have_text(QUESTION)

    page.click("[data-act=talks]")
    item = page.locator("#talks li", has_text=QUESTION)
    item.locator("[data-act=talk-rename]").click()
    page.fill("#talks input", "<b>Библиотека</b> مكتبة")
    page.keyboard.press("Enter")
    expect(page.locator("#talks .name", has_text="<b>Библиотека</b> مكتبة")).to_be_visible()
    page.reload()
    expect(page.locator("#chat .user-row")).to_have_count(1)
    page.click("[data-act=talks]")
    item = page.locator("#talks li", has_text="Библиотека")
    item.locator("[data-act=talk-delete]").click()
    expect(item).to_be_visible()
    item.locator("[data-act=talk-delete]").click()
    expect(page.locator("#talks li")).to_have_count(1)
    expect(page.locator("#chat .user-row")).to_have_count(0)
    page.click("#talks .danger")
    page.click("#talks .danger")
    expect(page.locator("#talks .none")).to_be_visible()
    assert stored(reader) == []


def test_undo_of_everything_forgets_the_conversation(visit: Any) -> None:
    reader = visit()
    reader.ask("سوق")
    assert len(stored(reader)) == 1
    reader.page.click("#chat .message-buttons-left >> nth=-1 >> button >> nth=2")
    expect(reader.page.locator("#chat .user-row")).to_have_count(0)
    reader.until(lambda: stored(reader) == [])


def test_what_was_changed_in_the_browser_is_not_believed(visit: Any, picture: Any) -> None:
    reader = visit()
    page = reader.page
    reader.ask(QUESTION)
    ((key, talk),) = stored(reader)
    forged = json.loads(json.dumps(talk))
    answer = forged["turns"][0]["answer"]
    answer["citations"][0]["quote"] = "بلغت الكلفة 99 مليونًا"
    answer["text"] += HOSTILE
    answer["notices"] = [HOSTILE]
    forged |= {"name": HOSTILE, "named": True}
    page.evaluate("([key, talk]) => localStorage.setItem(key, JSON.stringify(talk))", [key, forged])
    page.reload()
    expect(page.locator("#sources .src")).to_have_count(1)
    expect(page.locator("#chat a[href^='#t']")).to_have_count(1)
    assert "≈" in reader.text("#chat .thought-group .title")
    expect(page.locator("#sources mark")).to_have_text(
        "Engineers found cracks in two of its eleven piers"
    )
    page.click("#chat .thought-group .title")
    page.click("[data-act=talks]")
    expect(page.locator("#talks .name")).to_contain_text("window.PWNED=1")
    picture(page, "desktop-ar-light-forged")
    inside = (
        ":is(#chat .message-wrap, #sources, #talks) :is(img, script, style, iframe, form, input)"
    )
    expect(page.locator(inside)).to_have_count(0)
    assert page.evaluate("window.PWNED") is None


def test_broken_storage_is_no_obstacle(visit: Any) -> None:
    reader = visit()
    page = reader.page
    page.evaluate(
        """() => { sessionStorage.setItem('shawahid.open', 'x');
        localStorage.setItem('shawahid.talk.x', '{broken'); localStorage.setItem('shawahid.talk.y', '[1]'); }"""
    )
    page.reload()
    expect(page.locator("#chat .example")).to_have_count(4)
    reader.ask("سوق")
    page.click("[data-act=talks]")
    expect(page.locator("#talks li")).to_have_count(1)
