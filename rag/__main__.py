"""`python -m rag` is the console script `shawahid`."""

from rag.serving.cli import main

if __name__ == "__main__":
    main()
