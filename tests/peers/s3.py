"""moto: an S3 server somebody else wrote, over HTTP in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from tests.peers.wire import free_port

KEYS = {"aws_access_key_id": "kesar", "aws_secret_access_key": "monsoon-marigold-7", "region_name": "eu-west-1"}


@contextmanager
def start_s3() -> Iterator[str]:
    """Run the server; the value is its address."""
    server = ThreadedMotoServer("127.0.0.1", port=free_port(), verbose=False)
    server.start()
    try:
        yield f"http://127.0.0.1:{server._port}"
    finally:
        server.stop()


def make_bucket(address: str, name: str) -> dict[str, Any]:
    """Make a bucket; return Django's settings of a storage in it, as ours are (trenddrop.settings)."""
    place = {"LocationConstraint": KEYS["region_name"]}
    boto3.client("s3", endpoint_url=address, **KEYS).create_bucket(Bucket=name, CreateBucketConfiguration=place)
    options = {
        "bucket_name": name, "endpoint_url": address, "access_key": KEYS["aws_access_key_id"],
        "secret_key": KEYS["aws_secret_access_key"], "region_name": KEYS["region_name"], "signature_version": "s3v4",
        "default_acl": None, "file_overwrite": False, "querystring_expire": 3600,
    }  # fmt: skip
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
