"""`python -m eval.reliability [--quick] [--only PART]...`: runs the parts, writes eval/reliability.md."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from eval.reliability.page import PAGE, read_figures, record, write
from eval.reliability.parts import PARTS, run_part

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every part that was run holds, else 1; the page is written after each part."""
    parser = argparse.ArgumentParser(prog="python -m eval.reliability", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: minutes, not an hour")
    names = [part.module for part in PARTS]
    parser.add_argument("--only", action="append", choices=names, help="this part; may be repeated")
    chosen = parser.parse_args(arguments)
    figures, holds = read_figures(), True
    for part in PARTS:
        if chosen.only and part.module not in chosen.only:
            continue
        print(f"{part.module} ...", flush=True)
        outcome = run_part(part, quick=chosen.quick)
        holds = holds and outcome.holds
        figures = record(figures, part.module, outcome, quick=chosen.quick)
        write(figures)
        told = "holds" if outcome.holds else "DOES NOT HOLD"
        print(
            "\n".join(
                f"  {line}" for line in (*outcome.details, f"{told}, {outcome.seconds:.0f} s")
            )
        )
    print(f"written to {PAGE}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
