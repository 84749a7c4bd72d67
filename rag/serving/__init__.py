"""The doors: HTTP API and page in one server (`server`), and the command line (`cli`)."""
