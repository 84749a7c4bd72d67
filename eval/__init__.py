"""What the answers are worth, measured over questions whose answers people wrote down.

    questions.jsonl ─ goldset ─┐
    corpus ─ product (index) ──┴─ run ─ measures, ranking ─► rows ─ figures ─ report
                                                                   └─ gate: floors.json
    public sets ─ benchmark ────── ranking, matching ──────► table beside published.json

`python -m eval` is the way in; `README.md` beside this file says what every number means. The package
runs from the repository and is never imported by `rag`.
"""
