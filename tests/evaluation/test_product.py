"""What an evaluation tells of the settings that it ran under."""

import json

from eval.product import Product
from rag.settings import Settings


def test_no_address_and_no_secret_of_a_server_is_published():
    settings = Settings(
        store="milvus", milvus_uri="http://root:S3cret@milvus.example:1", milvus_token="S3cret"
    )
    told = Product(None, settings, {}, None).public_settings
    assert told["store"] == "milvus"
    assert not told.keys() & {"milvus_uri", "milvus_token", "milvus_prefix"}
    assert "S3cret" not in json.dumps(told)
    assert "milvus.example" not in json.dumps(told)
