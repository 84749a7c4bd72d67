"""What the service withstands: faults, load, hostile input; `python -m eval.reliability` writes the page.

::

    outcome.py    what a part reports: tried, wrong, lost, half, tracebacks
    server.py     the real server in a process of its own
    load.py       many users at once, every quotation checked, a sync running meanwhile
    faults_*.py   killed syncs, damaged files, a full disk, a failing language model, leaving readers
    hostile.py    requests made to break the API; corrupt.py the same for the parsers of article files
    page.py       eval/reliability.md
"""
