"""The pages about the API, made from the code: the OpenAPI documents in `docs/api`.

`python -m bot.api_pages` writes them; a test compares them with the code.
"""

from pathlib import Path

from adapters.api import documents

FOLDER = Path("docs/api")


def main() -> None:
    """Write both."""
    for name in documents.DOCUMENTS:
        (FOLDER / name).write_text(documents.text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
