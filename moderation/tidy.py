"""Text as it is kept: one spelling for each letter, one kind of line break, nothing that cannot be seen."""

import re
import unicodedata

from moderation.trace import Edit, Trace

_LINE_BREAK = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")

# Control characters but tab and line feed; characters that reverse the direction of what follows (UAX 9: an
# override shows other words than those that are stored, and an isolate without its end runs into the page);
# annotation marks, tag characters, non-characters; and halves of surrogate pairs, which UTF-8 cannot carry.
# Left-to-right and right-to-left marks and the joiners stay: Arabic, Persian and emoji need them.
_UNSEEN = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def tidy(text: str) -> str:
    """`text` in NFC with line feeds only, without control characters and direction overrides. Idempotent."""
    return tidy_traced(text)[0]


def tidy_traced(text: str) -> tuple[str, Trace]:
    """The tidy text, and the way back from its offsets to those in `text`."""
    steps: list[tuple[Edit, ...]] = []
    for pattern, new in ((_LINE_BREAK, "\n"), (_UNSEEN, "")):
        edits = tuple((found.start(), found.end(), len(new)) for found in pattern.finditer(text) if found[0] != new)
        if edits:
            steps.append(edits)
            text = pattern.sub(new, text)
    # Composed last: a character between a letter and its accent would keep them apart.
    if not unicodedata.is_normalized("NFC", text):
        composed = unicodedata.normalize("NFC", text)
        steps.append(_edits(text, composed))
        text = composed
    return text, Trace(tuple(steps))


def _edits(text: str, composed: str) -> tuple[Edit, ...]:
    """Where composition changed the text: letter by letter, or as a whole where letters act on one another."""
    edits: list[Edit] = []
    shown: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        letter = unicodedata.normalize("NFC", text[start:end])
        if letter != text[start:end]:
            edits.append((start, end, len(letter)))
        shown.append(letter)
        start = end
    return tuple(edits) if "".join(shown) == composed else ((0, len(text), len(composed)),)
