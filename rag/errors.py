"""One tree of errors. Each message says what was found, what was expected, and what to do."""

from __future__ import annotations


class ShawahidError(Exception):
    """Base of every error this project raises on purpose; its text is one readable line."""


class SettingsError(ShawahidError):
    """A setting has an unknown name or an impossible value."""


class UsageError(ShawahidError):
    """The caller asked for something that makes no sense (empty question, bad date); exit status 2."""


class CorpusError(ShawahidError):
    """The corpus folder is missing, empty or unreadable."""


class ArticleError(ShawahidError):
    """One article file can't be read; the rest of the corpus goes on."""


class FetchError(ShawahidError):
    """An address of the web can't be fetched; the others go on."""


class IndexFolderError(ShawahidError):
    """Base of errors about the index folder."""


class IndexMissingError(IndexFolderError):
    """There is no index where one was expected."""


class IndexDamagedError(IndexFolderError):
    """Files of the index are missing, or differ from what the manifest records."""


class IndexMismatchError(IndexFolderError):
    """The index was made by another model, format or setting than the present ones."""


class IndexForeignError(IndexFolderError):
    """The folder holds a manifest that is not ours; nothing of it is touched."""


class IndexBusyError(IndexFolderError):
    """Another process is writing the index."""


class IndexWriteError(IndexFolderError):
    """The index folder can't be written (read-only, disk full)."""


class ModelError(ShawahidError):
    """The embedding model can't be had or loaded."""


class WriterError(ShawahidError):
    """A language model behind a writer failed; the extractive writer takes over."""


class ServerError(ShawahidError):
    """The server can't start (port in use) or can't be reached."""
