"""The articles as a list."""
