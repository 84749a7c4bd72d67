import pytest

from rag.answering.kinds import question_kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("من افتتح الجسر؟", "who"),
        ("ومَن حضر الاجتماع؟", "who"),
        ("متى افتُتح الجسر؟", "when"),
        ("أين عُقد المؤتمر؟", "where"),
        ("وأين عُقد؟", "where"),
        ("ومتى كان ذلك؟", "when"),
        ("وكم كان عددهم؟", "how_many"),
        ("فلماذا غادر؟", "why"),
        ("من أين جاء الوفد؟", "where"),
        ("كم بلغت كلفة الجسر؟", "how_many"),
        ("بكم بيع البيت؟", "how_many"),
        ("لماذا أُغلق الميناء؟", "why"),
        ("ماذا قال الوزير عن الجسر؟", "said"),
        ("ما الذي تقرر في الاجتماع؟", "what"),
        ("Who opened the bridge?", "who"),
        ("When was the harbour closed?", "when"),
        ("Where did they meet?", "where"),
        ("How many ships stayed?", "how_many"),
        ("Why was it closed?", "why"),
        ("What did the minister say?", "said"),
        ("Кто открыл мост?", "who"),
        ("С кем встретился министр?", "who"),
        ("Когда закрыли порт?", "when"),
        ("Где прошла встреча?", "where"),
        ("Сколько судов осталось?", "how_many"),
        ("Почему закрыли порт?", "why"),
        ("Qui a ouvert le pont ?", "who"),
        ("Combien de navires ?", "how_many"),
        ("Köprüyü kim açtı?", "who"),
        ("Kaç gemi kaldı?", "how_many"),
        ("Wer hat die Brücke eröffnet?", "who"),
        ("Wie viele Schiffe?", "how_many"),
        ("¿Cuándo abrió el puente?", "when"),
        ("", "what"),
    ],
)
def test_the_question_word_tells_the_kind(question, kind):
    assert question_kind(question) == kind
