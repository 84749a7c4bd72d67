import pytest

from eval.statements import count_statements


@pytest.mark.parametrize(
    ("text", "cited", "total"),
    [
        ("", 0, 0),
        ("بلغت الكلفة ١٥ مليوناً. [1]\nحضر السكان [2].", 2, 2),
        ("بلغت الكلفة ١٥ مليوناً. حضر السكان. [1]", 1, 2),
        ("Длина моста 2,5 км [1][2]. Его открыли в мае.", 1, 2),
        ("According to one outlet:\nThe fair opened. [1]", 1, 1),
        ("He said «it opened in May.» [1, 2] It closed.", 1, 2),
        ("هل حضر السكان؟ نعم [١].", 1, 2),
        ("[1] … —", 0, 0),
        ("المنبر (٣ أيار ٢٠٢١): «بلغت الكلفة ١٥ مليوناً.» [1]\nالمنبر: «حضر السكان.» [2]", 2, 2),
        ("Zeitung (3. Mai 2021): „Die Messe wurde eröffnet.“ [1]", 1, 1),
    ],
)
def test_counts(text, cited, total):
    assert count_statements(text) == (cited, total)
