"""Opens the files where the settings say."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from obstore.store import S3Store
from pydantic import SecretStr

from adapters.files.bucket import Bucket
from adapters.files.folder import Folder
from adapters.files.receiving import Room
from adapters.files.scratch import open_scratch
from services.ports import Files

FOLDER_NAME = "files"
MEGABYTE = 1024 * 1024
TIMEOUT = "60s"  # of one request; a large file is many
RETRIES = 5
PATIENCE = timedelta(seconds=30)


class Storage(Protocol):
    """What the files need to know; None: looked for where S3 clients look."""

    @property
    def endpoint(self) -> str | None: ...

    @property
    def region(self) -> str | None: ...

    @property
    def access_key(self) -> str | None: ...

    @property
    def secret_key(self) -> SecretStr | None: ...

    @property
    def min_free_mb(self) -> int:
        """With less room than this on the local disk, `put` refuses."""
        ...


@asynccontextmanager
async def open_files(url: str | None, data_dir: Path, storage: Storage) -> AsyncIterator[Files]:
    """The files at `url` (`file:///folder`, `s3://bucket/prefix`), or in a folder of `data_dir`.

    Raises `ValueError` for an address of another kind.
    """
    room = Room(storage.min_free_mb * MEGABYTE)
    parts = urlsplit(url or "")
    with ExitStack() as stack:
        scratch = stack.enter_context(open_scratch(data_dir / "scratch"))
        match parts.scheme:
            case "":
                root = data_dir / (url or FOLDER_NAME)
            case "file":
                root = Path(unquote(parts.path))
            case "s3":
                bucket = open_bucket(parts.netloc, parts.path.strip("/"), storage)
                yield Bucket(bucket, scratch, room)
                return
            case other:
                raise ValueError(f"Files can lie at file:// or s3://, not at {other}://.")
        incoming = stack.enter_context(open_scratch(root / ".incoming"))
        yield Folder(root, incoming, scratch, room)


def open_bucket(bucket: str, prefix: str, storage: Storage) -> S3Store:
    """A client for one bucket; nothing is asked yet."""
    secret = storage.secret_key
    given = {
        "endpoint": storage.endpoint,
        "region": storage.region,
        "access_key_id": storage.access_key,
        "secret_access_key": secret.get_secret_value() if secret else None,
    }
    return S3Store(
        bucket,
        prefix=prefix or None,
        config={name: value for name, value in given.items() if value},  # type: ignore[arg-type]  # obstore's TypedDict
        client_options={
            "timeout": TIMEOUT,
            "connect_timeout": "5s",
            # A store in one's own network may speak plain http; the address says so itself.
            "allow_http": (storage.endpoint or "").startswith("http://"),
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": PATIENCE},
    )
