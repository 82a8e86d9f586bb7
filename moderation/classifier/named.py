"""What is counted in a comment, as named numbers: links, money, the host of the website, classes of words."""

import re
from functools import lru_cache, reduce
from math import log1p
from operator import or_

from moderation.classifier.chunks import Counts
from moderation.classifier.lexicon import BITS, CLASSES, classes_of
from moderation.classifier.links import Link
from moderation.classifier.tokens import Piece
from moderation.reading import Reading

# Classes of words that may mean more when the same comment, or the same sentence, holds both.
TOGETHER = (
    ("offer", "contact"), ("reward", "contact"), ("goods", "contact"), ("goods", "offer"), ("goods", "reward"),
    ("reward", "offer"), ("me", "reward"), ("me", "goods"), ("civic", "goods"), ("civic", "offer"), ("civic", "reward"),
    ("praise", "civic"), ("praise", "offer"), ("reported", "insult"), ("group", "reported"), ("civic", "insult"),
    ("testimony", "me"), ("testimony", "reward"), ("testimony", "goods"), ("testimony", "contact"), ("channel", "me"),
    ("channel", "offer"), ("forward", "praise"), ("plea", "me"), ("plea", "contact"), ("plea", "reward"),
)  # fmt: skip
NEAR = (
    ("insult", "you"), ("insult", "group"), ("insult", "me"), ("insult", "civic"), ("group", "contempt"),
    ("group", "harm"), ("harm", "you"), ("harm", "menace"), ("harm", "me"), ("harm", "civic"), ("menace", "you"),
    ("belittle", "you"), ("vulgar", "you"), ("contempt", "harm"),
)  # fmt: skip
# The order is the order of the weights in the artifact: append, never insert, and train anew.
NAMED = (
    "links", "link_share", "markup", "host_tld", "host_hyphens", "host_digits", "host_length", "url_path",
    "host_is_name", "name_digits", "name_words", "name_host", "name_capitals", "money", "percent", "phone",
    "messenger", "masked", "capitals", "exclamations", "questions", "emoji", "disguise", "starred", "hashtags",
    "digits", "length", "brief", "addressed", *CLASSES,
    *(f"{one}+{other}" for one, other in TOGETHER), *(f"{one}&{other}" for one, other in NEAR), "quotation",
    "name_trade", "host_trade", "hidden_link", "coupon", "handle",
)  # fmt: skip

_MESSENGERS = frozenset("whatsapp telegram tg signal wechat snapchat snap kik viber threema discord skype".split())
_MESSENGER_HOSTS = frozenset(("t.me", "wa.me", "discord.gg", "telegram.me", "chat.whatsapp.com"))
_MARKUP = re.compile(
    r"</?(?:a|b|i|u|p|br|div|img|h\d|font|strong|span|script|iframe)\b|\[/?(?:url|link|b|img)\b|href\s?=",
    re.IGNORECASE,
)
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_HIDDEN_LINK = re.compile(
    r"[(\[{]\s?(?:\.|dot|punkt)\s?[)\]}]\s?[a-z]{2,8}\b"
    r"|(?:\s\.\s?|\s(?:dot|punkt)\s)(?:com|net|org|info|de|at|ch|co|io|shop|top|xyz|online|site|club|example)\b",
    re.IGNORECASE,
)
_COUPON = re.compile(r"(?i:code|gutschein|promo|coupon)\W{1,4}(?:[A-ZÄÖÜ]{2,}\d*|\d+[A-Z]+)\b|\b[A-Z]{4,}\d{2}\b")
# One of these stands in whatever the two above find, which take longer to fail.
_BESIDE_DOT = ("(", "[", "{", "dot", "punkt")
_SPACED_DOT = re.compile(r"\s\.")
_COUPONS = ("code", "gutschein", "promo", "coupon")
_CODE = re.compile(r"[A-Z]\d\d")
_HANDLE = re.compile(r"@\w*(?:_\w|\d)|(?<!\S)[^\W\d_]+_\w+")
_HASHTAG = re.compile(r"(?<!\w)#\w{2,}")
_TRADE = BITS["goods"] | BITS["offer"] | BITS["reward"]
_TOGETHER = tuple(BITS[one] | BITS[other] for one, other in TOGETHER)
_NEAR = tuple(BITS[one] | BITS[other] for one, other in NEAR)
_NONE_NEAR = (0.0,) * len(NEAR)
_STEPS = tuple(log1p(count) for count in range(8))
_YOU = frozenset("du dich dir dein deine deinen deiner ihr euch euer eure euren you your u ur yours".split())


def count_signs(
    reading: Reading,
    pieces: list[Piece],
    links: list[Link],
    website: Link | None,
    name: tuple[str, ...],
    counts: Counts,
) -> tuple[float, ...]:
    """The numbers of `NAMED` ahead of the classes of words."""
    text = reading.text
    size = len(text) or 1
    hosts = [*links, *([website] if website else [])]
    marks = text.count("!")
    words = [each.word for each in pieces]
    return (
        _step(len(links), 4),
        sum(each.size for each in links) / size,
        float(("<" in text or "[" in text) and _MARKUP.search(text) is not None),
        *_oddest(hosts),
        website.path if website else 0.0,
        _named_alike(website, name),
        float(any("0" in word for word in name)),
        _step(max(0, len(name) - 2), 4),
        float("⟨link⟩" in name),
        float(len(reading.name) > 4 and reading.name.isupper()),
        _step(words.count("⟨money⟩"), 4),
        float("%" in text),
        float("⟨phone⟩" in words),
        float(not _MESSENGERS.isdisjoint(words) or any(each.host in _MESSENGER_HOSTS for each in hosts)),
        float(reading.masked > 0),
        max(0.0, counts.capitals / counts.letters - 0.2) if counts.letters > 12 else 0.0,
        _step(marks, 6),
        _step(text.count("?"), 4),
        0.0 if text.isascii() else _step(len(_EMOJI.findall(text)), 6),
        _step(counts.disguised, 3),
        _step(counts.starred, 3),
        _step(len(_HASHTAG.findall(text)) if "#" in text else 0, 4),
        counts.digits / size,
        log1p(size) / 8,
        float(len(pieces) <= 4),
        float(not _YOU.isdisjoint(words)),
    )


def count_classes(pieces: list[Piece], sentences: list[int]) -> tuple[float, ...]:
    """How many words of each class, and which classes stand together; `sentences` holds the classes of each."""
    held = [bits for bits in map(classes_of, {each.word for each in pieces if not each.quoted}) if bits]
    every, said = reduce(or_, held, 0), reduce(or_, sentences)
    near = (said & both == both and any(sentence & both == both for sentence in sentences) for both in _NEAR)
    return (
        *[_step(sum([bits & bit != 0 for bits in held]), 5) if every & bit else 0.0 for bit in BITS.values()],
        *_together(every),
        *(map(float, near) if said else _NONE_NEAR),
    )


def count_trade(text: str, name: tuple[str, ...], hosts: list[str]) -> tuple[float, ...]:
    """The numbers of `NAMED` behind `quotation`."""
    small = text.casefold()
    return (
        _step(sum([classes_of(word) & _TRADE != 0 for word in name]), 3),
        _step(sum([classes_of(word) & _TRADE != 0 for word in hosts]), 3),
        float(_may_hide_link(text, small) and _HIDDEN_LINK.search(text) is not None),
        float(_may_be_coupon(text, small) and _COUPON.search(text) is not None),
        float(("@" in text or "_" in text) and _HANDLE.search(text) is not None),
    )


def _oddest(hosts: list[Link]) -> tuple[float, ...]:
    if not hosts:
        return 0.0, 0.0, 0.0, 0.0
    return tuple(map(max, zip(*((each.unusual, each.hyphens, each.digits, each.long) for each in hosts), strict=True)))


def _may_hide_link(text: str, small: str) -> bool:
    return any(map(small.__contains__, _BESIDE_DOT)) or _SPACED_DOT.search(text) is not None


def _may_be_coupon(text: str, small: str) -> bool:
    return any(map(small.__contains__, _COUPONS)) or _CODE.search(text) is not None


@lru_cache(maxsize=2_000)
def _together(every: int) -> tuple[float, ...]:
    # Written out, they are the same two numbers everywhere; `float` would make a new one for each of the pairs kept.
    return tuple([1.0 if every & both == both else 0.0 for both in _TOGETHER])


def _step(count: int, most: int) -> float:
    return _STEPS[min(count, most)] / _STEPS[most]


def _named_alike(website: Link | None, name: tuple[str, ...]) -> float:
    return float(website is not None and any(len(word) > 3 and word in website.host for word in name))
