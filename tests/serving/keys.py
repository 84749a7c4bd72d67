"""Tokens of the serving tests: one reads, one may change the articles too."""

from rag.serving.tokens.keeping import new_token

READER, READ_ENTRY = new_token(["read"], "reader")
EDITOR, INGEST_ENTRY = new_token(["ingest"], "editor")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
