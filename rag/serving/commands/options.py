"""Options that several commands of the command line share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

IndexFolder = Annotated[Path | None, typer.Option("--index", help="folder of the index")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON and nothing else")]
