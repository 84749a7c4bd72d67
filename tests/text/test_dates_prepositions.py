"""What a preposition in a question says of its time: open only where it stands directly before the time."""

from __future__ import annotations

from datetime import date

import pytest

from rag.text.dates import find_dates, question_range, question_time

TODAY = date(2024, 5, 20)


def asked(question, language=None):
    found = question_range(question, TODAY, language)
    return found and f"{found.first or ''}..{found.last or ''}"


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("ar", "ماذا قال المدرب بعد دربي 2016؟", "2016-01-01..2016-12-31"),
        ("ar", "كم مشجعاً أوقف بعد دربي الواحة سنة 2016؟", "2016-01-01..2016-12-31"),
        ("ar", "كم زاد الإنتاج بعد تشغيل المحطة سنة 2016؟", "2016-01-01..2016-12-31"),
        ("ar", "لماذا قبل المحافظ استقالة المدير في 2016؟", "2016-01-01..2016-12-31"),
        ("ar", "من أخفى الدفاتر قبل حريق تموز 2016؟", "2016-07-01..2016-07-31"),
        ("ar", "متى عاد الضخ بعد ما نشفت الآبار سنة 2016؟", "2016-01-01..2016-12-31"),
        (
            "en",
            "Whom did they lose to just before firing their coach in 2016?",
            "2016-01-01..2016-12-31",
        ),
        ("en", "What was said after the 2016 derby?", "2016-01-01..2016-12-31"),
        ("en", "What was said after the July 2016 derby?", "2016-07-01..2016-07-31"),
        ("en", "What was said after the 5 July 2016 vote?", "2016-07-05..2016-07-05"),
        ("en", "What was said after 2016's derby?", "2016-01-01..2016-12-31"),
        ("en", "What was said after last year's derby?", "2023-01-01..2023-12-31"),
        ("en", "Who left after the 1990s war?", "1990-01-01..1999-12-31"),
        (
            "ru",
            "Сколько человек вернулось после второго обмена 2016 года?",
            "2016-01-01..2016-12-31",
        ),
        ("ru", "Кто приехал после пожара в марте 2016 года?", "2016-03-01..2016-03-31"),
        ("ru", "Сколько домов стояло до наводнения 2016 года?", "2016-01-01..2016-12-31"),
        ("fr", "Qui a démissionné après les crues de 2016 ?", "2016-01-01..2016-12-31"),
        ("fr", "Que disait-on avant Tanit 2016 ?", "2016-01-01..2016-12-31"),
        ("fr", "Qui est parti depuis l'incendie de mars 2016 ?", "2016-03-01..2016-03-31"),
        ("tr", "2016 derbisinden sonra kim istifa etti?", "2016-01-01..2016-12-31"),
        ("tr", "Mart 2016'daki yangından önce ne oldu?", "2016-03-01..2016-03-31"),
        ("de", "Wer ging nach dem Derby 2016?", "2016-01-01..2016-12-31"),
        ("de", "Was galt vor dem 2016 geschlossenen Abkommen?", "2016-01-01..2016-12-31"),
        ("es", "¿Quién dimitió después de las inundaciones de 2016?", "2016-01-01..2016-12-31"),
        ("it", "Chi si dimise dopo la piena del 2016?", "2016-01-01..2016-12-31"),
        ("uk", "Хто пішов після пожежі 2016 року?", "2016-01-01..2016-12-31"),
        ("fa", "پس از دربی سال ۲۰۱۶ چه شد؟", "2016-01-01..2016-12-31"),
    ],
)
def test_an_event_after_a_preposition_keeps_its_own_time(language, question, expected):
    assert asked(question, language) == expected


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("ar", "ماذا تغير بعد عام 2016؟", "2017-01-01.."),
        ("ar", "ماذا تغير بعد 2016؟", "2017-01-01.."),
        ("ar", "ماذا تغير منذ شهر مارس 2020؟", "2020-03-01.."),
        ("ar", "ماذا تغير بعد يوم 5 مارس 2020؟", "2020-03-06.."),
        ("ar", "كم بلغ العدد إلى غاية 2016؟", "..2016-12-31"),
        ("ar", "ماذا جرى قبل نهاية 2019؟", "..2019-12-31"),
        ("ar", "ماذا جرى قبل بداية عام 2019؟", "..2018-12-31"),
        ("ar", "ماذا جرى قبل يونيو الجاري؟", "..2024-05-31"),
        ("en", "What changed after 2016?", "2017-01-01.."),
        ("en", "What changed since March 2020?", "2020-03-01.."),
        ("en", "What changed since the year 2011?", "2011-01-01.."),
        ("en", "What changed since the summer of 2015?", "2015-01-01.."),
        ("en", "What changed since mid-2019?", "2019-01-01.."),
        ("en", "What changed after the 1990s?", "2000-01-01.."),
        ("en", "What changed after the 15th of March 2020?", "2020-03-16.."),
        ("en", "What happened before the end of 2019?", "..2019-12-31"),
        ("en", "What happened before the start of 2019?", "..2018-12-31"),
        ("en", "What happened after the end of 2019?", "2020-01-01.."),
        ("en", "What happened after the summer of 2019?", "2019-01-01.."),
        ("ru", "Что решили до 2019 года?", "..2019-12-31"),
        ("ru", "Что изменилось после 5 марта 2020 года?", "2020-03-06.."),
        ("ru", "Что изменилось с начала 2020 года?", "2020-01-01.."),
        ("ru", "Что построили до конца лета 2019 года?", "..2019-12-31"),
        ("fr", "Qu'est-ce qui a changé après 2015 ?", "2016-01-01.."),
        ("fr", "Qui dirige le musée depuis l'été 2015 ?", "2015-01-01.."),
        ("fr", "Qui le dirige depuis la fin du mois de mars 2020 ?", "2020-03-01.."),
        ("tr", "2016'dan sonra ne değişti?", "2017-01-01.."),
        ("tr", "2016'dan sonraki müdür kimdi?", "2017-01-01.."),
        ("tr", "2016 yılından önce ne vardı?", "..2015-12-31"),
        ("tr", "2015 yazından beri kim yönetiyor?", "2015-01-01.."),
        ("tr", "2019 yılının sonuna kadar kaç ev yapıldı?", "..2019-12-31"),
        ("de", "Was änderte sich nach dem 5. Mai 2016?", "2016-05-06.."),
        ("es", "¿Qué cambió después del 2016?", "2017-01-01.."),
        ("es", "¿Qué cambió desde el verano de 2015?", "2015-01-01.."),
        ("it", "Che cosa c'era prima di marzo 2020?", "..2020-02-29"),
        ("it", "Che cosa cambiò dall'inizio del 2020?", "2020-01-01.."),
        ("uk", "Що змінилося після 2016 року?", "2017-01-01.."),
        ("fa", "بعد از سال ۲۰۱۶ چه شد؟", "2017-01-01.."),
    ],
)
def test_a_preposition_directly_before_a_time_opens_it(language, question, expected):
    assert asked(question, language) == expected


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("ar", "هل جرى ذلك في أبريل أم في مايو 2019؟"),
        ("ar", "هل جرى ذلك في شهر أبريل أو في شهر مايو 2019؟"),
        ("ar", "هل جرى ذلك في أبريل 2019 أم مايو؟"),
        ("ar", "كان في نيسان ولا بأيار 2019؟"),
        ("en", "Was it in April or in May 2019?"),
        ("en", "Was it in late April or in early May 2019?"),
        ("en", "Was it in April 2019 or May?"),
        ("ru", "Это было в апреле или в мае 2019 года?"),
        ("ru", "Что было между апрелем и маем 2019 года?"),
        ("fr", "Était-ce au mois d'avril ou au mois de mai 2019 ?"),
        ("fr", "Était-ce fin avril ou bien début mai 2019 ?"),
        ("tr", "Nisan'da mı yoksa Mayıs 2019'da mı oldu?"),
        ("de", "War es im April oder im Mai 2019?"),
        ("es", "¿Fue en abril o en mayo de 2019?"),
        ("it", "Era in aprile oppure in maggio 2019?"),
        ("uk", "Це було у квітні чи в травні 2019 року?"),
    ],
)
def test_two_months_share_one_year(language, question):
    assert asked(question, language) == "2019-04-01..2019-05-31"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What changed after the fire in 2016 and before 2019?", "2016-01-01..2018-12-31"),
        ("What changed from the 2016 derby until 2019?", "2016-01-01..2019-12-31"),
        ("ماذا تغير بعد ثورة 2011 وقبل 2016؟", "2011-01-01..2015-12-31"),
        ("Que s'est-il passé depuis 2011 jusqu'aux élections de 2016 ?", "2011-01-01..2016-12-31"),
        ("Who was sacked in 2018, and who left after 2016?", "2017-01-01.."),
        ("Where did he go on 5 May 2019 and march for peace?", "2019-05-05..2019-05-05"),
        ("ماذا فعل في 5 مايو 2019 ومارس هوايته؟", "2019-05-05..2019-05-05"),
    ],
)
def test_several_times(question, expected):
    assert asked(question) == expected


def test_before_a_month_called_this_is_before_it():
    assert asked("ماذا جرى قبل آذار/مارس هذا؟", "ar") == "..2024-02-29"
    assert asked("ماذا جرى قبل 5 مارس هذا؟", "ar") == "..2024-03-04"


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "What did the mayor say about the 2019 sinking?", "2019-01-01..2019-12-31"),
        ("en", "How did the case over the 2021 Wadi Rimal fires end?", "2021-01-01..2021-12-31"),
        ("en", "What is known about the 2000 soldiers?", None),
        ("tr", "2023'te ton başına ne kadar kazandılar?", "2023-01-01..2023-12-31"),
        ("ru", "Сколько мест было занято к апрелю 2022 года?", "2022-04-01..2022-04-30"),
        ("ar", "من بُرّئ في حكم مايس 2022؟", "2022-05-01..2022-05-31"),
        ("ar", "كم نازحاً رجع بآب 2018؟", "2018-08-01..2018-08-31"),
        ("ar", "من سجّل في باب 2018؟", "2018-01-01..2018-12-31"),
    ],
)
def test_years_and_months_beside_other_words(language, question, expected):
    assert asked(question, language) == expected


def test_only_the_time_of_an_event_is_cut_from_the_question():
    question = "What was said after the 2016 derby?"
    assert [question[start:end] for start, end in question_time(question, TODAY)[1]] == ["2016"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has been shut since the 2011 uprising.", ("2011-01-01", "2011-12-31")),
        ("It has been shut since the summer of 2015.", ("2015-01-01", "2015-12-31")),
        ("Prices rose after Friday's quake.", ("2024-05-17", "None")),
        ("أُغلق المصنع بعد حريق عام 2016.", ("2016-01-01", "2016-12-31")),
        ("أُغلق المصنع قبل عام 2016.", ("None", "2015-12-31")),
    ],
)
def test_an_article_is_read_as_before(text, expected):
    assert [(str(m.first), str(m.last)) for m in find_dates(text, TODAY)] == [expected]
