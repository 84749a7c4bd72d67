from hypothesis import given, settings
from hypothesis import strategies as st

from rag.indexing.split import split_article
from rag.records import Article

WORDS = st.sampled_from(["دمشق", "Moscow", "встреча", "٢٠٢٠", "3.5", "and", "و", "(x)", "«قال»"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(
    st.tuples(SENTENCES, st.sampled_from([". ", "؟ ", "! ", ".\n", ".\n\n", "\r", " \n "])),
    min_size=1,
).map(lambda parts: "".join(sentence + end for sentence, end in parts))


def count(texts):
    return [len(text.split()) for text in texts]


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(5, 60))
def test_every_non_blank_character_is_in_exactly_one_chunk(text, size):
    chunks = split_article(Article("a", text), size, count)
    covered = [False] * len(text)
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end]
        assert (chunk.sentences[0].start, chunk.sentences[-1].end) == (chunk.start, chunk.end)
        for at in range(chunk.start, chunk.end):
            assert not covered[at]
            covered[at] = True
    assert all(covered[at] or text[at].isspace() for at in range(len(text)))


def test_chunks_are_whole_sentences_within_the_size():
    text = "One two three. Four five six. Seven eight nine. Ten."
    chunks = split_article(Article("a", text), 6, count)
    assert [c.text for c in chunks] == ["One two three. Four five six.", "Seven eight nine. Ten."]


def test_a_paragraph_is_kept_together_where_it_fits():
    text = "A b c.\nD e f. G h i.\nJ k l."
    assert [c.text for c in split_article(Article("a", text), 6, count)] == [
        "A b c.",
        "D e f. G h i.",
        "J k l.",
    ]


def test_a_sentence_longer_than_the_size_is_a_chunk_of_its_own():
    text = "Short one. " + "Word " * 30 + "end. Short two."
    chunks = split_article(Article("a", text), 10, count)
    assert [len(c.text.split()) for c in chunks] == [2, 31, 2]


def test_a_blank_text_has_no_chunks():
    assert split_article(Article("a", " \n\t"), 10, count) == []


def test_private_use_characters_of_the_text_do_no_harm():
    text = "\U000f0001 first. \U000f0000 second.\nThird \U000f0002."
    assert "".join(c.text for c in split_article(Article("a", text), 3, count)).replace(
        " ", ""
    ) == text.replace(" ", "").replace("\n", "")
