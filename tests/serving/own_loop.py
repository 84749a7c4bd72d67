"""Coroutines run in a thread of their own: the browser's driver keeps a loop running in the tests'."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run(function, *args):
    """The result of the coroutine function, from an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(function(*args))).result()
