"""Named bytes in a local folder or an object store; `blobs.open_files` opens them."""
