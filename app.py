"""Serve the page and the API: `python app.py`. Every choice is a setting; see rag/settings.py."""

from __future__ import annotations

import sys

from rag.errors import ShawahidError
from rag.serving.server import serve
from rag.settings import load_settings


def main() -> int:
    """Serve until stopped; 1 when that fails."""
    try:
        serve(load_settings())
    except ShawahidError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
