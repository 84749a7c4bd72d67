import json

import pytest

from eval.goldset import GoldsetError, load_goldset, occurrences


def test_good_questions_load_with_the_places_of_their_quotes(kit, gold):
    assert list(gold) == ["q-cost", "q-length", "q-mayor"]
    (quotation,) = gold["q-cost"].quotations
    ((start, end),) = quotation.spans
    assert kit.articles["dam"].text[start:end] == kit.cost_quote
    assert gold["q-mayor"].quotations == ()


def test_occurrences_overlap():
    assert occurrences("ababa", "aba") == ((0, 3), (2, 5))


ANSWERABLE, UNANSWERABLE = 0, 2


@pytest.mark.parametrize(
    ("which", "change", "said"),
    [
        (ANSWERABLE, {"articles": []}, "articles empty"),
        (ANSWERABLE, {"quotes": [], "articles": []}, "articles, quotes empty"),
        (ANSWERABLE, {"must": []}, "must empty"),
        (ANSWERABLE, {"must": [[]]}, "an empty list in must"),
        (ANSWERABLE, {"must": [["16 مليون"]]}, "no quote states '16 مليون'"),
        (ANSWERABLE, {"must_not": ["15 مليون"]}, "stands in the question's own quote"),
        (ANSWERABLE, {"must_not": ["\u064b"]}, "empty once folded"),
        (ANSWERABLE, {"articles": ["dam", "fair"]}, "no quote from 'fair'"),
        (ANSWERABLE, {"articles": ["мост"]}, "which articles does not list"),
        (ANSWERABLE, {"articles": ["dam", "gone"]}, "there is no article 'gone'"),
        (
            ANSWERABLE,
            {"quotes": [{"article": "dam", "quote": "بلغت كلفة السد 15 مليون دينار."}]},
            "not to the letter in 'dam'",
        ),
        (UNANSWERABLE, {"articles": ["dam"]}, "unanswerable, but articles given"),
        (UNANSWERABLE, {"must": [["x"]]}, "unanswerable, but must given"),
        (UNANSWERABLE, {"accept_not_found": True}, "accept_not_found is for answerable"),
    ],
)
def test_a_fault_names_its_question(kit, write_questions, which, change, said):
    question = {**kit.questions[which], **change}
    with pytest.raises(GoldsetError) as error:
        load_goldset(write_questions([question]), kit.articles.get)
    assert any(question["id"] in line and said in line for line in str(error.value).splitlines())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"must_nt": []}, "unknown field 'must_nt'"),
        ({"answerable": "yes"}, "answerable: "),
        ({"must": ["15"]}, "must.0"),
        ({"question": "  "}, "question: "),
    ],
)
def test_a_wrong_line_is_named_by_its_number(kit, write_questions, change, said):
    lines = [kit.questions[1], {**kit.questions[0], **change}]
    with pytest.raises(GoldsetError, match=r"line 2: .*" + said):
        load_goldset(write_questions(lines), kit.articles.get)


def test_every_field_but_two_is_required(kit, write_questions):
    for name in kit.questions[0]:
        question = {key: value for key, value in kit.questions[0].items() if key != name}
        with pytest.raises(GoldsetError, match=f"field '{name}' is missing"):
            load_goldset(write_questions([question]), kit.articles.get)


def test_all_faults_are_told_at_once(kit, write_questions):
    cost, length, _ = kit.questions
    bad = [{**cost, "must": []}, {**length, "id": "q-cost", "articles": []}]
    with pytest.raises(GoldsetError) as error:
        load_goldset(write_questions(bad), kit.articles.get)
    text = str(error.value)
    assert "more than one line" in text
    assert "must empty" in text
    assert "articles empty" in text


@pytest.mark.parametrize("content", [b"", b"\n\n", b"not json\n", b'{"id": "\xff"}\n'])
def test_a_file_without_questions_is_refused(tmp_path, content):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(GoldsetError, match=r"questions\.jsonl"):
        load_goldset(path, {}.get)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(GoldsetError, match="--questions"):
        load_goldset(tmp_path / "none.jsonl", {}.get)


def test_a_line_separator_inside_a_string_does_not_split_the_line(kit, tmp_path):
    path = tmp_path / "questions.jsonl"
    question = {**kit.questions[2], "question": "Who?\u2028And when?"}
    path.write_text(json.dumps(question, ensure_ascii=False) + "\n", "utf-8")
    assert load_goldset(path, {}.get)[0].question.question == "Who?\u2028And when?"
