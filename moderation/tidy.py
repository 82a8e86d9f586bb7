"""Text as it is kept: one spelling for each letter, one kind of line break, nothing that cannot be seen."""

import re
import unicodedata

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
    """`text` in NFC with line feeds only, without control characters and direction overrides. Never raises; idempotent."""
    if text.isascii() and text.isprintable():
        return text
    # Composed last: a character between a letter and its accent would keep them apart.
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_BREAK.sub("\n", text)))
