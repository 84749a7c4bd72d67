"""Batches worked on in threads of their own, so that the page can tell how far they are."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.errors import ShawahidError
from rag.serving.ingesting.receipts import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.serving.ingesting.receipts import Receipt, Tell

    Work = Callable[[Tell], Receipt]

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 4  # the desk does one after the other; the rest wait in memory with their files
MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Job:
    """A batch as it is now. `receipt` once it is done; `trouble` or `reference` (in the log) when it failed."""

    id: str
    step: Step
    receipt: Receipt | None = None
    trouble: str = ""
    reference: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing will change any more."""
        return self.receipt is not None or bool(self.trouble or self.reference)


class TooManyJobsError(ShawahidError):
    """As many batches as may be are being worked on."""


class Jobs:
    """The batches of late, by id; an id can't be guessed. Thread-safe."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, work: Work) -> str:
        """Begin in a thread; the id to ask for it.

        Raises:
            TooManyJobsError: MOST_AT_ONCE are at work.
        """
        with self._lock:
            busy = sum(not job.is_done for job in self._jobs.values())
            if busy >= MOST_AT_ONCE:
                raise TooManyJobsError(f"{busy} batches are being worked on; wait for one of them")
            job = Job(secrets.token_urlsafe(12), Step("waiting"))
            self._jobs[job.id] = job
            self._forget()
        thread = threading.Thread(target=self._run, args=(job.id, work), daemon=True)
        thread.start()
        return job.id

    def get(self, job_id: str) -> Job | None:
        """The batch as it is now, if it is still known."""
        with self._lock:
            return self._jobs.get(job_id)

    def _run(self, job_id: str, work: Work) -> None:
        def tell(step: Step) -> None:
            self._change(job_id, step=step)

        try:
            self._change(job_id, receipt=work(tell))
        except ShawahidError as error:
            self._change(job_id, trouble=str(error) or type(error).__name__)
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("the page's batch %s failed", reference)
            self._change(job_id, reference=reference)

    def _change(self, job_id: str, **values: object) -> None:
        with self._lock:
            if job_id in self._jobs:
                self._jobs[job_id] = replace(self._jobs[job_id], **values)  # type: ignore[arg-type]

    def _forget(self) -> None:
        for job_id in [key for key, job in self._jobs.items() if job.is_done]:
            if len(self._jobs) <= MOST_KEPT:
                return
            del self._jobs[job_id]
