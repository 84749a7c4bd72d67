"""A generation's folder made from another's: what never changes is linked, what does is copied."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def link_tree(source: Path, target: Path, changes: Callable[[str], bool]) -> None:
    """Make `target` of the files below `source`: copies of those whose name `changes`, hard links to the others.

    Where the file system has no hard links, all are copied.
    """
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        place = target / name
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif changes(name):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(path, place)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
