"""The two halves of a possible address: what stands before the sign and what stands behind it."""

import re
from dataclasses import dataclass
from typing import Literal

from moderation.personal_data.tokens import WORD, Tokens
from moderation.personal_data.vocabulary import ALSO_WORDS, COMMON_ENDINGS, DETERMINERS, ENDINGS

# How two labels of a host are joined: with a dot ("tight"), with a word or bracket ("spelled"), with blanks before
# the dot, after it or on both sides, with another sign, or with a blank alone.
Dot = Literal["none", "tight", "spelled", "spaced", "before", "after", "comma", "glue", "blank"]

_W = f"[{WORD}]"
_LOCAL = frozenset(WORD + "._-+'%&~!#$^*`")
_LEADING_JUNK = frozenset("'%&~!#$^*`-.")
_LONGEST_LOCAL = 64  # tokens; RFC 5321 allows 64 octets
_MOST_PARTS = 12
_JOINT_BEFORE = re.compile(
    r"(?P<joint> ?[)\]}>*|~/]{1,2} ?[DJ.] ?[(\[{<*|~/]{1,2} ?| ,?[DJ] ,?| [._] | ?[-_] ?[DJ] ?[-_] ?)" + f"(?={_W})"
)
_LABEL = re.compile(f"{_W}(?:(?:-{{1,2}}(?!D-)|[*`]{{1,2}}| J ){_W}){{0,20}}(?:-{{1,2}}(?=\\.[^-]))?")
_LETTERS = re.compile(r"s(?: [s-]){1,62}(?![^\W_])")
_DOT = re.compile(
    r"(?P<spelled> ?[(\[{<|*~/\"']{1,4} ?(?:[D.]|s s s) ?[)\]}>|*~/\"']{1,4} ?|,? D,? "
    r"| ?[-_]{1,2} ?[D.] ?[-_]{1,2} ?|[+:;]D[+:;]| [/|=>~*]{1,2} D [/|=>~*]{1,2} |\.{2,3}(?=w))"
    rf"|(?P<tight>[*`]{{0,2}}\.[*`]{{0,2}}(?={_W}))"
    r"|(?P<spaced> \. )|(?P<before> \.)|(?P<after>\. )|(?P<comma>,)|(?P<glue>_)|(?P<blank> )"
)
_HEAD = re.compile(r" ?[*`\"'„@.-]{0,2}\[?")


@dataclass(frozen=True, slots=True)
class Local:
    """What stands before the sign: tokens from `first` up to the sign.

    `spelled`: dots or hyphens are words; `joined`: it has a dot, hyphen or digit beside letters; `handle`: another
    "@" stands directly before it.
    """

    first: int
    word: str
    text: str
    spaced: bool
    spelled: bool
    joined: bool
    handle: bool
    quoted: bool = False

    @property
    def numeric(self) -> bool:
        return not any(character.isalpha() for character in self.text)


@dataclass(frozen=True, slots=True)
class Label:
    """One part of a host name; `end` is the token behind it."""

    text: str
    dot: Dot
    end: int

    @property
    def rank(self) -> int:
        """As the ending of an address: 3 for everyday ones, 2 for others that exist, 1 for letters only, 0 for none."""
        lower = self.text.lower()
        if lower.startswith("xn--"):
            return 2
        if not lower.isalpha() or len(lower) < 2 or len(lower) > 24:
            return 0
        if lower in COMMON_ENDINGS:
            return 3
        return 2 if lower in ENDINGS or (len(lower) == 2 and lower.isascii()) else 1


def local_before(tokens: Tokens, sign: int) -> Local | None:
    """The part of an address that ends before the token `sign`, or None."""
    shape = tokens.shape
    end = sign - 1 if sign and shape[sign - 1] == " " else sign
    if end and shape[end - 1] == '"':
        return _quoted(tokens, end, spaced=end < sign)
    first = _run_before(tokens, _before_brackets(shape, end))
    if first is None:
        return None
    spelled = False
    for _ in range(_MOST_PARTS):
        joint = _JOINT_BEFORE.match(tokens.mirror, len(shape) - first)
        further = _run_before(tokens, first - len(joint["joint"])) if joint else None
        if further is None or tokens.words[further] in DETERMINERS:
            break
        first, spelled = further, True
    text = tokens.between(first, end)
    letters = any(character.isalpha() for character in text)
    joined = letters and any(character in "._-+" or character.isdigit() for character in text.strip("._-"))
    handle = first > 0 and shape[first - 1] == "@" and (first < 2 or shape[first - 2] not in WORD)
    return Local(first, tokens.words[first], text, end < sign, spelled, joined, handle)


def host_after(tokens: Tokens, start: int, glued: bool) -> tuple[list[Label], bool]:
    """The labels of the host that begins at the token `start`, and whether a blank stands before it.

    With `glued`, an underscore joins labels too.
    """
    shape = tokens.shape
    head = _HEAD.match(shape, start)
    at = head.end() if head else start
    spaced = at > start and shape[start] == " "
    labels: list[Label] = []
    dot: Dot = "none"
    while len(labels) < _MOST_PARTS:
        text, end = _label(tokens, at, first=not labels)
        if not text:
            break
        labels.append(Label(text, dot, end))
        joint = _DOT.match(shape, end)
        if not joint or (joint.lastgroup == "glue" and not glued):
            break
        dot, at = joint.lastgroup, joint.end()  # type: ignore[assignment]  # the groups are named for the kinds
    return labels, spaced


def reach(labels: list[Label], tight: int, spelled: int) -> int | None:
    """How many labels make up the host, or None when they make none.

    `tight` and `spelled` are the ranks that the ending needs after a dot and after a spelled one. Of several
    possible endings the last that exists counts, else the last.
    """
    best: int | None = None
    known = False
    for count, label in enumerate(labels[1:], 2):
        needed = _needed(label, labels[count - 2], (_NEVER if known else tight, tight), spelled)
        if label.rank >= needed and not (known and label.rank < 2):
            best, known = count, known or label.rank >= 2
        if label.dot in ("after", "blank") or (known and label.dot in ("comma", "before")):
            break
    return best


_NEVER = 9


def _needed(label: Label, previous: Label, tight: tuple[int, int], spelled: int) -> int:
    """The rank an ending needs, by what joins it to the label before; `tight` where a sentence may begin, and else."""
    lower = label.text.islower()
    next_sentence = label.text.istitle() and not previous.text.istitle()  # "…de.Danke", "… dot Danke"
    ranks: dict[Dot, int] = {
        "tight": max(tight[0] if next_sentence else tight[1], 1),
        "spelled": 3 if next_sentence else max(spelled, 1),
        "spaced": 2,
        "before": 2 if lower else _NEVER,
        "after": 3 if lower and label.text not in ALSO_WORDS else _NEVER,
        "comma": 3,
        "glue": 3,
    }
    return ranks.get(label.dot, _NEVER)


def _run_before(tokens: Tokens, end: int) -> int | None:
    """The first token of the run without blanks, or of single letters, that ends before the token `end`."""
    shape, first = tokens.shape, end
    while first > 0 and end - first < _LONGEST_LOCAL and shape[first - 1] in _LOCAL:
        first -= 1
    while first < end and shape[first] in _LEADING_JUNK:
        first += 1
    if first == end or not any(kind in WORD for kind in shape[first:end]):
        return None
    if end - first == 1 and shape[first] == "s":
        while first > 1 and shape[first - 1] == " " and shape[first - 2] in "s._-" and end - first < 2 * _LONGEST_LOCAL:
            first -= 2
        while shape[first] != "s":
            first += 2
    return first


def _before_brackets(shape: str, end: int) -> int:
    """Where `name[NOSPAM]@…` and `[name](link)@…` go on to the left; `(name)@…` is looked into."""
    for _ in range(2):
        if not end or shape[end - 1] not in ")]":
            break
        opened = shape.rfind("(" if shape[end - 1] == ")" else "[", max(0, end - 24), end)
        if opened < 0:
            break
        if not opened or shape[opened - 1] not in WORD + "]":
            return end - 1
        end = opened
    return end


def _quoted(tokens: Tokens, end: int, spaced: bool) -> Local | None:
    first = tokens.shape.rfind('"', max(0, end - 16), end - 1)
    if first < 0:
        return None
    return Local(first, "", tokens.between(first, end), spaced, False, True, False, quoted=True)


def _label(tokens: Tokens, at: int, first: bool) -> tuple[str, int]:
    letters = _LETTERS.match(tokens.shape, at)
    if letters:
        return _drawn_apart(tokens, at, letters.end())
    label = _LABEL.match(tokens.shape, at)
    if not label:
        return "", at
    text = tokens.between(at, label.end())
    text = text.replace("*", "").replace("`", "")
    if not first and _is_compound(tokens.shape, at, label.end(), text):
        return text.partition("-")[0], at + 1
    parts = text.split("-")
    return ("".join(parts) if len(parts) > 1 and all(len(part) == 1 for part in parts) else text), label.end()


def _is_compound(shape: str, at: int, end: int, text: str) -> bool:
    """Whether a noun is tied to the ending, as in "die anna@firma.de-Adresse"."""
    ending, hyphen, _ = text.partition("-")
    return (
        bool(hyphen)
        and not shape.startswith(".", end)
        and shape[at + 1 : at + 2] == "-"
        and Label(ending, "tight", at).rank >= 2
    )


def _drawn_apart(tokens: Tokens, at: int, end: int) -> tuple[str, int]:
    """Single letters as one label, only as far as they are an everyday ending if they begin with one."""
    text = tokens.between(at, end).replace(" ", "")
    after_a_dot = tokens.shape[max(0, at - 2) : at].rstrip(" ")[-1:] in (".", "D")
    for length in range(min(len(text), 4), 1, -1) if after_a_dot else ():
        if text[:length].lower() in COMMON_ENDINGS:
            return text[:length], at + 2 * length - 1
    return text, end
