"""The articles and an answer in time."""
