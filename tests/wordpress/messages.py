"""`python -m tests.wordpress.messages`: compiles the plugin's German texts into the file that WordPress loads."""

import struct
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = Path(__file__).parents[2] / "widget" / "wordpress" / "languages"
SOURCE = LANGUAGES / "wortmeldung-de_DE.po"
COMPILED = SOURCE.with_suffix(".mo")
_NUMBER_OF_TEXTS, _PLACE_OF_HASHES, _HEAD, _EACH = 8, 24, 28, 16


def catalogue() -> Catalog:
    with SOURCE.open("rb") as file:
        return read_po(file, locale="de_DE")


def compiled() -> bytes:
    """The catalogue as WordPress reads it: it wants to know where the table of hashes would be, though there is none."""
    made = BytesIO()
    write_mo(made, catalogue())
    told = bytearray(made.getvalue())
    (texts,) = struct.unpack_from("<I", told, _NUMBER_OF_TEXTS)
    struct.pack_into("<I", told, _PLACE_OF_HASHES, _HEAD + _EACH * texts)
    return bytes(told)


if __name__ == "__main__":
    COMPILED.write_bytes(compiled())
