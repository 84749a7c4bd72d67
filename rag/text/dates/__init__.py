"""Dates in text, in ten languages: what times a text names, and what time a question asks about.

Folded text is cut into tokens (`tokens`, with the words of `lexicon` and `cues`); patterns over their kinds make
single dates (`grammar`, `build`, `intervals`); neighbours join, open, confirm or drop them (`items`, `combine`).

How a date without its year is read, given an anchor (the article's publication, or today): the latest such day
not more than two months after the anchor; a weekday is the latest one up to the anchor. Without an anchor a day or
month without a year is not returned, as nothing bounds it; a weekday is, with certainty "weekday".
"""

from rag.text.dates.dateline import title_or_dateline_date
from rag.text.dates.mentions import find_dates
from rag.text.dates.question import question_range, question_time

__all__ = ["find_dates", "question_range", "question_time", "title_or_dateline_date"]
