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


class StoreError(IndexFolderError):
    """An index that a server keeps can't be used: it refuses, or holds what it should not."""


class StoreUnavailableError(StoreError):
    """The server that keeps the index does not answer; trying again later may help."""


class ModelError(ShawahidError):
    """The embedding model can't be had or loaded."""


class WriterError(ShawahidError):
    """A language model behind a writer failed; the extractive writer takes over."""


class ServerError(ShawahidError):
    """The server can't start (port in use) or can't be reached."""


class IngestionOffError(ShawahidError):
    """Adding and removing articles at the page and the API is not switched on."""


class UnknownArticleError(ShawahidError):
    """There is no article of that id."""


class UndoError(ShawahidError):
    """A batch can't be undone."""


class FeedbackError(ShawahidError):
    """What readers said of answers can't be kept or read."""


class BackupError(ShawahidError):
    """A backup can't be written, or what is given is no whole backup of this program."""


class UnknownBatchError(UndoError):
    """There is no batch of that name, or no more."""
