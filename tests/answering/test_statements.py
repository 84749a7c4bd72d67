import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.statements import statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing [1]. Another [2][3].", [("One thing", (1,)), ("Another", (2, 3))]),
        ("قال الوزير نعم [١]، ثم سافر [٢].", [("قال الوزير نعم", (1,)), ("ثم سافر", (2,))]),
        ("Мост открыт [1, 2].\nБез ссылки.", [("Мост открыт", (1, 2)), ("Без ссылки.", ())]),
        ("[1] [2]", []),
        ("", []),
    ],
)
def test_statements_end_at_their_markers(text, expected):
    assert [(s.text, s.markers) for s in statements(text)] == expected


@given(st.text())
def test_never_raises(text):
    assert all(s.text.strip() == s.text for s in statements(text))


@given(
    st.lists(
        st.tuples(st.sampled_from(["قال نعم", "Мост открыт", "He left"]), st.integers(1, 99)),
        min_size=1,
    )
)
def test_every_statement_keeps_its_words_and_its_marker(parts):
    found = statements(" ".join(f"{words} [{marker}]." for words, marker in parts))
    assert [(s.text, s.markers) for s in found] == [(words, (marker,)) for words, marker in parts]
