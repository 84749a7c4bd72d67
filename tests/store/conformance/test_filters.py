"""Filters let pass what they should and nothing else, however much or little that is."""

from datetime import date, timedelta

import pytest

from rag.records import Filters
from tests.store.conformance.material import FIRST_DAY, questions
from tests.store.conformance.test_same_ranking import same_up_to_ties

MIDDLE = FIRST_DAY + timedelta(days=600)
FILTERS = {
    "half of the time": Filters(since=MIDDLE),
    "the other half": Filters(until=MIDDLE),
    "a tenth": Filters(since=MIDDLE, until=MIDDLE + timedelta(days=120)),
    "one day": Filters(since=FIRST_DAY + timedelta(days=35), until=FIRST_DAY + timedelta(days=35)),
    "no day": Filters(since=date(1990, 1, 1), until=date(1990, 12, 31)),
    "a source": Filters(sources=("صحيفة النهر",)),
    "a source with quotation marks": Filters(sources=('L\'Écho "du" Port',)),
    "two sources and a language": Filters(sources=("River Post", "Вестник"), languages=("ru",)),
    "an unknown source": Filters(sources=("River",)),
    "a source that is code": Filters(sources=('x" or day > 0 or source == "',)),
    "languages": Filters(languages=("ar", "fr")),
    "an article": Filters(articles=("n0011",)),
    "an article with marks in its name": Filters(articles=("خبر 14 «'\"»",)),
    "all of it together": Filters(MIDDLE, None, ("River Post", "Вестник"), ("en", "ru"), ()),
}


def passes(article, filters):
    day = article.published
    return (
        (filters.since is None or (day is not None and day >= filters.since))
        and (filters.until is None or (day is not None and day <= filters.until))
        and (not filters.sources or article.source in filters.sources)
        and (not filters.languages or article.language in filters.languages)
        and (not filters.articles or article.id in filters.articles)
    )


@pytest.mark.parametrize("name", FILTERS)
def test_only_and_all_that_passes_comes(name, filled, fake):
    _, store = filled
    filters = FILTERS[name]
    expected = {a.id for a in store.articles() if passes(a, filters)}
    found = store.search(fake.embed_queries([questions()[3]])[0], ["мост"], 1000, filters)
    assert {candidate.article.id for candidate in found} == expected
    assert bool(expected) != (name in {"no day", "an unknown source", "a source that is code"})


@pytest.mark.parametrize("name", FILTERS)
def test_the_ranking_under_a_filter_is_the_same(name, assistants):
    local, other = assistants
    for question in questions()[::20]:
        one, two = (a.search(question, filters=FILTERS[name]) for a in (local, other))
        assert same_up_to_ties(one, two), question
