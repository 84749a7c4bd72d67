"""Articles brought in by people at work: names made safe, files read before they are kept, each batch undoable."""
