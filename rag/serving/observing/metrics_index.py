"""What can be told of an index by looking, at each scrape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from rag import __version__
from rag.errors import ShawahidError
from rag.store.opening import manifest_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from rag.serving.protocol import Assistant
    from rag.settings import Settings
    from rag.store.manifest import Manifest

_TIMEOUT_S = 2.0  # of a server that keeps the index, well within a scrape's


class IndexCollector(Collector):
    """Age, size and name of the index in force, and how often the server took up a new one."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self._settings = settings
        self._assistant = assistant

    def collect(self) -> Iterator[Metric]:
        """The families; those of the index are left out where there is none."""
        yield InfoMetricFamily("shawahid_build", "This program", {"version": __version__})
        yield from self._reloads()
        try:
            manifest = manifest_in_force(self._settings, _TIMEOUT_S)
        except ShawahidError:
            return
        yield from _sizes(manifest)

    def _reloads(self) -> Iterator[Metric]:
        trouble = getattr(self._assistant, "trouble", None)
        yield GaugeMetricFamily(
            "shawahid_index_trouble", "1: the index in force can't be opened, an older one answers",
            value=trouble is not None,
        )  # fmt: skip
        for name, text in (
            ("reloads", "New states of the index taken up"),
            ("reload_failures", "Times that one could not be opened"),
        ):
            count = getattr(self._assistant, name, None)
            if count is not None:
                yield CounterMetricFamily(f"shawahid_index_{name}", text, value=count)


def _sizes(manifest: Manifest) -> Iterator[Metric]:
    made = datetime.fromisoformat(manifest.created)
    age = (datetime.now(UTC) - (made if made.tzinfo else made.replace(tzinfo=UTC))).total_seconds()
    yield GaugeMetricFamily("shawahid_index_age_seconds", "Since the index was written", value=age)
    for what, count in manifest.counts.items():
        yield GaugeMetricFamily(f"shawahid_index_{what}", f"Number of {what}", value=count)
    if manifest.files:  # else a server keeps it
        size = sum(part["bytes"] for part in manifest.files.values())
        yield GaugeMetricFamily("shawahid_index_bytes", "Size of the index's files", value=size)
    named = {"generation": manifest.generation, "model": str(manifest.model["name"])}
    yield InfoMetricFamily("shawahid_index", "The index in force", named)
