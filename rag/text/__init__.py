"""Text as pure functions, no I/O: folding, sentences, language, words and stems, numbers, dates, names.

Matching happens on folded text, showing on the original; every offset counts code points of the original.
"""
