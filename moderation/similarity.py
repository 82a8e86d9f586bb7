"""How much of two texts is the same, told from small sketches of them.

MinHash by one permutation (Li, Owen and Zhang 2012), with empty places filled from their right-hand neighbour
(Shrivastava and Li 2014): the share of equal places estimates the share of common shingles (Jaccard). Places are
gathered into bands, so that texts which have much in common can be found by an equal band. Costs time in proportion
to the text.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from zlib import crc32

PLACES = 48
ROWS = 3
# With this share of equal places and more, two texts are the same but for details: a name, a number, a greeting.
ALIKE = 0.6
_SHINGLE = 5
_SHORTEST = 24
_LONGEST = 4000
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_CUT = Struct(f"{_SHINGLE}s")
_BETWEEN = re.compile(r"[\W\d_]+")


def sketch(text: str) -> tuple[int, ...]:
    """`PLACES` numbers of 32 bits, or none for a text too short to be compared.

    Links, numbers and signs do not count: they are what the same text differs by.
    """
    plain = _BETWEEN.sub(" ", _LINK.sub(" ", text[:_LONGEST].casefold())).strip()
    if len(plain) < _SHORTEST:
        return ()
    # A checksum is no hash: multiplying spreads what it tells over all the bits (Fibonacci hashing, Knuth 6.4).
    hashes = [each * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF for each in _checksums(plain.encode())]
    hashes.sort(reverse=True)
    return _filled({(hashed >> 20) % PLACES: hashed >> 32 for hashed in hashes})  # of each place the last, the least


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of places that are equal, from 0 to 1; 0 where one of the texts was too short."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / PLACES


def bands(sketched: Sequence[int]) -> tuple[int, ...]:
    """Numbers of 63 bits, one for each `ROWS` places. Texts that are alike share at least one, nearly always."""
    found = []
    for start in range(0, len(sketched), ROWS):
        part = b"".join(value.to_bytes(4, "big") for value in sketched[start : start + ROWS])
        hashed = blake2b(start.to_bytes(2, "big") + part, digest_size=8).digest()
        found.append(int.from_bytes(hashed, "big") >> 1)
    return tuple(found)


def _checksums(text: bytes) -> set[int]:
    """Of every stretch of `_SHINGLE` bytes: cut from five places on side by side, which is the fastest way."""
    found: set[int] = set()
    for start in range(_SHINGLE):
        end = start + (len(text) - start) // _SHINGLE * _SHINGLE
        found.update([crc32(each) for (each,) in _CUT.iter_unpack(text[start:end])])
    return found


def _filled(least: dict[int, int]) -> tuple[int, ...]:
    """Every empty place takes the value of the next one that is not, mixed with how far away that is."""
    distance = min(least)  # the first one is also the next behind the last place
    value = least[distance]
    filled = []
    for place in reversed(range(PLACES)):
        known = least.get(place)
        value, distance = (value, distance + 1) if known is None else (known, 0)
        filled.append((value + distance * 0x9E3779B1) & 0xFFFFFFFF)
    return tuple(reversed(filled))
