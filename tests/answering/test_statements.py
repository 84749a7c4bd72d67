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
def test_never_raises_and_loses_no_word(text):
    kept = "".join(s.text for s in statements(text))
    assert len(kept) <= len(text)
