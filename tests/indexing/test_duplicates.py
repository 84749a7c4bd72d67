import json
import shutil

import pytest

from rag.indexing.duplicates import SIGNATURE_LENGTH, signature
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest

PINNED = [1020160101, 584308247, 25887313]  # an index made elsewhere must go on fitting
WIRE = {
    "ar": "أعلنت وزارة النقل في مدينة فلدن أن الجسر الثاني على نهر كورا سيفتح أمام السيارات يوم الخميس. "
    "وقال المهندس المشرف إن الأعمال استغرقت 18 شهرًا وشارك فيها 240 عاملًا من ثلاث شركات. "
    "ويربط الجسر الضفة الشمالية بالمرفأ القديم ويخفف الازدحام في ساعات الصباح. "
    "ورفضت جمعية الصيادين المشروع أول الأمر ثم قبلته بعد نقل المراسي إلى الخليج المجاور.",
    "en": "The ministry of transport in Velden said the second bridge over the Kora would open to cars on "
    "Thursday. The supervising engineer said the works had taken 18 months and 240 workers of three firms. "
    "The bridge joins the northern bank with the old harbour and eases the morning traffic. The fishermen "
    "first opposed the project, then accepted it when the moorings were moved to the next bay.",
    "ru": "Министерство транспорта в Вельдене сообщило, что второй мост через Кору откроют для машин в четверг. "
    "По словам инженера, работы заняли 18 месяцев и в них участвовали 240 рабочих трёх компаний. "
    "Мост соединяет северный берег со старым портом и разгружает утреннее движение. Рыбаки сначала "
    "возражали против проекта, а потом согласились, когда причалы перенесли в соседнюю бухту.",
}
OTHER = {
    "ar": "أعلنت وزارة النقل في مدينة فلدن زيادة أجور الحافلات ابتداء من الشهر المقبل. وقال متحدث باسم الوزارة إن "
    "أسعار الوقود ارتفعت مرتين منذ الشتاء وإن الشركات طلبت تعويضًا لم تستطع الخزينة دفعه هذا العام.",
    "en": "The ministry of transport in Velden said bus fares would rise next month. A spokesman said fuel "
    "had become dearer twice since winter and that the firms had asked for money the treasury could not pay.",
    "ru": "Министерство транспорта в Вельдене сообщило о повышении платы за автобус со следующего месяца. "
    "Представитель министерства сказал, что топливо дважды подорожало с зимы, а казна не может доплачивать.",
}


def share(one, other):
    return float((signature(one) == signature(other)).mean())


def write(settings, articles):
    shutil.rmtree(settings.corpus)
    settings.corpus.mkdir()
    lines = [{"id": i, "title": f"T {i}", "text": t} for i, t in articles.items()]
    (settings.corpus / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def stories(settings, embedder):
    store = LocalStore.open(settings.index, embedder)
    found = store.stories()
    store.close()
    return found


def without_sentence(text, number):
    parts = text.split(". ")
    return ". ".join(parts[:number] + parts[number + 1 :])


def test_a_signature_is_the_same_on_every_machine():
    assert signature("one two three four").shape == (SIGNATURE_LENGTH,)
    assert signature("one two three four")[:3].tolist() == PINNED


@pytest.mark.parametrize("language", WIRE)
def test_edits_keep_copies_together_and_other_articles_apart(language):
    text = WIRE[language]
    assert share(text, text.upper()) == 1.0
    assert share(text, text.replace("18", "١٨").replace(". ", " .\n\n")) == 1.0
    assert share(text, without_sentence(text, 1)) > 0.5
    assert share(text, f"{text} {OTHER[language].split('. ')[1]}") > 0.5
    assert share(text, OTHER[language]) < 0.1


def test_vocalisation_and_hamza_forms_do_not_count():
    text = WIRE["ar"]
    assert share(text, "".join(c + "\u064e" if c.isalpha() else c for c in text)) == 1.0
    assert share(text, text.replace("أ", "ا").replace("إ", "ا").replace("ة", "ه")) == 1.0


def test_copies_are_one_story_told_in_the_summary(settings, embedder):
    write(settings, {"b": WIRE["ar"], "a": without_sentence(WIRE["ar"], 2), "c": OTHER["ar"]})
    summary = sync(settings, embedder)
    assert (summary.added, summary.counts["articles"], summary.counts["stories"]) == (3, 3, 2)
    assert [note for _, note in summary.notes] == ["2 articles are copies of one story: a, b"]
    assert stories(settings, embedder) == {"a": "a", "b": "a"}
    assert sync(settings, embedder).notes == []


def test_every_candidate_carries_its_story(settings, embedder):
    write(settings, {"b": WIRE["en"], "a": WIRE["en"].upper(), "c": OTHER["en"]})
    sync(settings, embedder)
    store = LocalStore.open(settings.index, embedder)
    hits = store.search(embedder.embed_queries(["bridge"])[0], ["bridg"], 20, Filters())
    assert {(h.article.id, h.story) for h in hits} == {("a", "a"), ("b", "a"), ("c", "c")}
    store.close()


def test_an_index_without_signatures_is_made_anew(settings, embedder):
    sync(settings, embedder)
    path = settings.index / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["split"]["signature"]
    path.write_text(json.dumps(manifest), "utf-8")
    assert sync(settings, embedder).rebuilt
    assert read_manifest(settings.index).split["signature"] == 1


def test_what_only_a_lost_article_joined_falls_apart(settings, embedder):
    words = [f"word{n}" for n in range(400)]
    left, middle, right = (" ".join(words[a : a + 200]) for a in (0, 70, 140))
    write(settings, {"left": left, "middle": middle, "right": right})
    sync(settings, embedder)
    assert set(stories(settings, embedder)) == {"left", "middle", "right"}
    write(settings, {"left": left, "right": right})
    assert sync(settings, embedder).notes == []
    assert stories(settings, embedder) == {}
