"""Where e-mail addresses stand in a text, whatever way people write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from moderation.personal_data.parts import Label, Local, host_after, local_before, reach
from moderation.personal_data.spelling import decode
from moderation.personal_data.tokens import Tokens, tokens_of
from moderation.personal_data.vocabulary import (
    AT_IN_BRACKETS,
    COMMON_ENDINGS,
    DETERMINERS,
    ENDINGS,
    FILES,
    NOT_HOSTS,
    NOT_MAILBOXES,
    PROVIDER_HOSTS,
    PROVIDERS,
    ROLES,
)  # fmt: skip

Sign = Literal["symbol", "bracket", "marked", "odd", "word", "loose"]
Span = tuple[int, int]

# Cheap and wide: what is not found by this holds no sign.
_PERHAPS = re.compile(
    r"[@&%\\]|[^\x00-\x7fäöüÄÖÜß„“”‚‘’–—…€éèáà°§«»]|\b(?:at|att|ät|ätt|aet|ett?|bei|beim|auf|chez)\b|affe|zeichen|sign|arr?o|chio|malp"
    r"|[(\[{<|*_/~\"'+:;-]\s?(?:[aä]t?|add|a t)\s?[)\]}>|*_/~\"'-]|(?-i:[a-z0-9](?:AT|At|ÄT)[a-zA-Z0-9ÄÖÜ])|=40",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"(?P<bracket>\({1,2} ?(?:(?:w:? ){0,2}[@OAB]|[ws]|s s) ?\){1,2}|\[{1,2} ?(?:(?:w:? ){0,2}[@OAB]|[ws]|s s) ?\]{1,2}"
    r"|\{{1,2} ?(?:[@OABws]|s s) ?\}{1,2}|<{1,2} ?[@OABws] ?>{1,2}|\|{1,2} ?[@OABws] ?\|{1,2}|, [AO], | - [AO] - )"
    r"|(?P<marked>[-*_/~\"'+:;]{1,3}[AO@][-*_/~\"'+:;]{1,3}|\.{2,3}[AO@]\.{2,3})"
    r"|(?P<symbol>@)|(?P<word>(?<= )\(?[AOB](?= ))"
)
# One word whose capitals show the parts: nameATfirmaDOTde, NameAtFirmaDotDe
_CAMEL = re.compile(
    r"(?<![^\W_])(?:[a-zäöüß0-9][a-zäöüß0-9._-]{0,63}(?:AT|ÄT)[a-zäöüß0-9][a-zäöüß0-9-]{0,62}(?:(?:DOT|PUNKT|\.)[a-z]{2,24}){1,4}"
    r"|[A-Za-z0-9][A-Za-zäöüß0-9._-]{0,63}(?:At|Ät)[A-ZÄÖÜ][A-Za-zäöüß0-9-]{0,62}(?:Dot|Punkt|\.)[A-Za-z]{2,24})(?![^\W_])"
)
_CUE = re.compile(
    r"mail|adress|address|schreib|erreich|kontakt|contact|reach|write|meld[eu]|frage|anfrag|bewerb|postfach|\ban:"
)
_WRITTEN_BACKWARDS = re.compile(r"([a-z]{2,8})(?:\.[^\W_A-Z]{2,63}(?:-[^\W_A-Z]{1,63}){0,9}){1,4}")
_TORN_ENDINGS = frozenset(["de", "com", "net", "org", "ch", "eu", "info"])
_CUE_WITHIN = 80
_QUERY = re.compile(r"\?[^\s<>()\[\]\"']*")
_SCALED = re.compile(r"\d+x$")


def addresses(text: str) -> tuple[Span, ...]:
    """Offsets of every e-mail address in `text`, in order and apart from one another. Linear in time.

    Handles of other networks (`@name`, `@name@host`), `git@host:path`, versions and prices are none.
    """
    if not _PERHAPS.search(text):
        return ()
    decoded = decode(text)
    tokens = tokens_of(decoded.text)
    found = [(tokens.starts[first], tokens.ends[end - 1]) for first, end in _in_tokens(tokens)]
    found += [each.span() for each in _CAMEL.finditer(decoded.text)]
    return _apart(_widen(text, decoded.starts[start], decoded.ends[end - 1]) for start, end in found)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sign between what could be the halves of an address; `spaced` with a blank on either side."""

    tokens: Tokens
    sign: Sign
    local: Local
    labels: list[Label]
    spaced_after: bool

    @property
    def spaced(self) -> bool:
        return self.local.spaced or self.spaced_after

    @property
    def host(self) -> str:
        return self.labels[0].text.lower()

    def cued(self) -> bool:
        """Whether the words before it speak of writing to somebody."""
        start = self.tokens.starts[self.local.first]
        return bool(_CUE.search(self.tokens.text[max(0, start - _CUE_WITHIN) : start].lower()))

    def a_noun(self) -> bool:
        """Whether an article stands before it: "the team at …"."""
        first = self.local.first
        return first > 1 and self.tokens.shape[first - 1] == " " and self.tokens.words[first - 2] in DETERMINERS

    def apart(self) -> bool:
        """Whether it begins the text, a line or a phrase."""
        start = self.tokens.starts[self.local.first]
        before = self.tokens.text[max(0, start - 2) : start].rstrip(" ")
        return not before or before[-1] in ":\n(<,;„\"'>→="


def _in_tokens(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """First token and token behind the last of every address."""
    for found in _SIGN.finditer(tokens.shape):
        sign = _sign(tokens, found)
        if sign is None:
            continue
        local = local_before(tokens, found.start())
        labels, spaced = host_after(tokens, found.end(), glued=sign != "loose")
        if local is None or not labels:
            continue
        count = _length(_Candidate(tokens, sign, local, labels, spaced))
        if count:
            yield local.first, labels[count - 1].end


def _sign(tokens: Tokens, found: re.Match[str]) -> Sign | None:
    kind = found.lastgroup
    if kind == "bracket":
        inside = "".join(tokens.words[found.start() : found.end()]).strip("()[]{}<>|, ")
        named = any(each in "@OAB" for each in found[0])
        return "bracket" if named or inside.replace(" ", "") == "at" or inside in AT_IN_BRACKETS else None
    if kind == "word":
        return {"O": "odd", "A": "word"}.get(found[0].strip("("), "loose")  # type: ignore[return-value]
    return "symbol" if kind == "symbol" else "marked"


def _length(seen: _Candidate) -> int | None:
    """How many labels of the host belong to the address, or None when it is none."""
    if seen.local.handle and seen.host not in PROVIDERS and seen.sign == "symbol":
        return None
    if seen.sign == "symbol":
        return _spaced_symbol(seen) if seen.spaced else _symbol(seen)
    if seen.sign in ("bracket", "odd"):
        return _bracket(seen)
    if seen.sign == "marked":
        return reach(seen.labels, 2, 1) or _provider(seen)
    return _word(seen) if seen.sign == "word" else _loose(seen)


def _symbol(seen: _Candidate) -> int | None:
    count = reach(seen.labels, 1, 1)
    if count is None:
        return _provider(seen) or _torn(seen) or _backwards(seen) or _numbers(seen)
    ending = seen.labels[count - 1]
    if ending.text.lower() in FILES and (_SCALED.match(seen.host) or ending.rank < 2):
        return None
    if seen.host.isdigit() and ending.rank < 2:
        return None
    return None if _is_remote_path(seen, ending) else count


def _is_remote_path(seen: _Candidate, ending: Label) -> bool:
    """`git@host:path`, as in addresses of repositories and of scp."""
    shape = seen.tokens.shape
    if shape[ending.end : ending.end + 1] != ":" or shape[ending.end + 1 : ending.end + 2] in ("", " ", "¶"):
        return False
    path = re.compile(r"[^ ¶]{1,40}").match(shape, ending.end + 1)
    return seen.local.text.lower() in ("git", "hg", "svn") or bool(path and ("/" in path[0] or path[0][0] == "~"))


def _spaced_symbol(seen: _Candidate) -> int | None:
    local, labels = seen.local, seen.labels
    count = reach(labels, 2, 1)
    if count is None:
        return _provider(seen) if local.joined or seen.cued() else None
    as_handle = local.spaced and not seen.spaced_after
    obscured = any(label.dot == "spelled" or (label.dot != "tight" and not as_handle) for label in labels[1:count])
    if local.numeric and not obscured:
        return None
    cued = seen.cued() and all(label.dot == "tight" for label in labels[1:count]) and local.word not in NOT_MAILBOXES
    if obscured or labels[0].text.lower() in PROVIDER_HOSTS or local.joined or local.spelled or cued:
        return count
    return count if not as_handle and local.word not in NOT_MAILBOXES and labels[count - 1].rank >= 2 else None


def _bracket(seen: _Candidate) -> int | None:
    count = reach(seen.labels, 1, 1)
    if count is None:
        return _provider(seen)
    ending = seen.labels[count - 1]
    if ending.rank < 2 and seen.spaced and not any(label.dot == "spelled" for label in seen.labels[1:count]):
        return None
    return count


def _word(seen: _Candidate) -> int | None:
    local, labels = seen.local, seen.labels
    if seen.host in NOT_HOSTS or local.numeric:
        return None
    named = local.joined or local.spelled or local.quoted
    prose = not named and (local.word in NOT_MAILBOXES or seen.a_noun())
    likely = not prose and (named or local.word in ROLES or seen.cued())
    count = reach(labels, 2 if likely else 3, 2)
    if count is None:
        return None if prose else _in_blanks(seen, likely)
    if prose:
        return None
    if named or any(label.dot not in ("tight", "after") for label in labels[1:count]):
        return count
    return count if likely or seen.host in PROVIDER_HOSTS or (seen.apart() and local.text.islower()) else None


def _loose(seen: _Candidate) -> int | None:
    local, labels = seen.local, seen.labels
    if seen.host in NOT_HOSTS or local.numeric:
        return None
    named = local.joined or local.spelled
    if not named and (local.word in NOT_MAILBOXES or seen.a_noun()):
        return None
    count = reach(labels, 3, 2)
    if count is None:
        return _provider(seen) if named else None
    spelled = any(label.dot == "spelled" for label in labels[1:count])
    if spelled:
        return count if named or seen.cued() or seen.host in PROVIDER_HOSTS else None
    provided = seen.host in PROVIDER_HOSTS
    return count if (named and (provided or seen.cued())) or (provided and seen.cued() and seen.apart()) else None


def _provider(seen: _Candidate) -> int | None:
    """The name of a mail provider stands for its host: `name@gmail`, `name at gmail com`."""
    named = seen.host in PROVIDERS
    second = seen.labels[1] if len(seen.labels) > 1 else None
    if second and second.dot == "blank" and second.text.lower() in COMMON_ENDINGS and seen.host in PROVIDER_HOSTS:
        return 2
    return 1 if named else None


def _in_blanks(seen: _Candidate, likely: bool) -> int | None:
    """`name at web de`: a host with a blank for the dot, or a provider without anything."""
    second = seen.labels[1] if len(seen.labels) > 1 else None
    if second and second.dot == "blank" and likely and second.text in _TORN_ENDINGS:
        return 2
    return _provider(seen) if likely or (second and second.dot == "blank") else None


def _torn(seen: _Candidate) -> int | None:
    """`name@firma de` and `name@fir ma.de`: a blank in a host that is otherwise whole."""
    labels = seen.labels
    if len(labels) < 2 or labels[1].dot != "blank":
        return None
    if labels[1].text in _TORN_ENDINGS:
        return 2
    rest, _ = host_after(seen.tokens, labels[0].end, glued=False)
    count = reach(rest, 3, 3)
    if count != 2 or rest[1].dot != "tight" or not seen.labels[0].text.islower():
        return None
    seen.labels[1:] = rest
    return 3


def _backwards(seen: _Candidate) -> int | None:
    """`ed.amrif@eman`, to be read from the end."""
    written = _WRITTEN_BACKWARDS.fullmatch(seen.local.text)
    known = written is not None and (len(written[1]) == 2 or written[1][::-1] in ENDINGS)
    return 1 if known and len(seen.host) > 2 and seen.labels[0].text.islower() else None


def _numbers(seen: _Candidate) -> int | None:
    """`name@[192.0.2.1]`, an address literal of RFC 5321."""
    numbers, shape = seen.labels, seen.tokens.shape
    literal = len(numbers) == 4 and all(each.text.isdigit() for each in numbers) and shape[numbers[0].end - 2] == "["
    if not literal or shape[numbers[3].end : numbers[3].end + 1] != "]":
        return None
    numbers[3] = replace(numbers[3], end=numbers[3].end + 1)
    return 4


def _widen(text: str, start: int, end: int) -> Span:
    """With `mailto:` and its query, and with the brackets and the emphasis that the address is wrapped in."""
    if text[max(0, start - 7) : start].lower() == "mailto:":
        start -= 7
        query = _QUERY.match(text, end)
        end = query.end() if query else end
    if text[start - 1 : start] == "<" and text[end : end + 1] == ">":
        start, end = start - 1, end + 1
    if text[max(0, start - 2) : start] == "](" and text[end : end + 1] == ")":
        start, end = start - 1, end + 1
    for sign in "*_`":
        if sign in text[start:end]:
            start -= len(text[max(0, start - 4) : start]) - len(text[max(0, start - 4) : start].rstrip(sign))
            end += len(text[end : end + 4]) - len(text[end : end + 4].lstrip(sign))
    return start, end


def _apart(spans: Iterator[Span]) -> tuple[Span, ...]:
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)
