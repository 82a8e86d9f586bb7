"""Where e-mail addresses stand in a text, whatever way people write them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from moderation.personal_data.evidence import Candidate, Sign, length
from moderation.personal_data.oddities import oddities
from moderation.personal_data.parts import host_after, local_before
from moderation.personal_data.perhaps import may_hold_address
from moderation.personal_data.spelling import decode
from moderation.personal_data.tokens import Tokens, tokens_of
from moderation.personal_data.vocabulary import AT_IN_BRACKETS, AT_SIGN

Span = tuple[int, int]

_SIGN = re.compile(
    r"(?P<bracket>\({1,2} ?(?:(?:w:? ){0,2}[@OAB]|[ws]|s s|w w) ?\){1,2}"
    r"|[(\[{<|]{1,4} ?[@OA] ?[)\]}>|]{1,4}"
    r"|\[{1,2} ?(?:(?:w:? ){0,2}[@OAB]|[ws]|s s) ?\]{1,2}"
    r"|\{{1,2} ?(?:[@OABws]|s s) ?\}{1,2}|<{1,2} ?[@OABws] ?>{1,2}|\|{1,2} ?[@OABws] ?\|{1,2}"
    r"|, [AO], | [-/|=>~*]{1,2} [AO] [-/|=>~*]{1,2} )"
    r"|(?P<marked>[-*_/~\"'+:;]{1,3}[AO@][-*_/~\"'+:;]{1,3}|\.{2,3}[AO@]\.{2,3})"
    r"|(?P<symbol>@)|(?P<word>(?<= )\(?[AOB](?= ))"
)
# One word whose capitals show the parts: nameATfirmaDOTde, NameAtFirmaDotDe
_CAMEL = re.compile(
    r"(?<![^\W_])(?:[a-zäöüß0-9][a-zäöüß0-9._-]{0,63}(?:AT|ÄT)[a-zäöüß0-9][a-zäöüß0-9-]{0,62}(?:(?:DOT|PUNKT|\.)[a-z]{2,24}){1,4}"
    r"|[A-Za-z0-9][A-Za-zäöüß0-9._-]{0,63}(?:At|Ät)[A-ZÄÖÜ][A-Za-zäöüß0-9-]{0,62}(?:Dot|Punkt|\.)[A-Za-z]{2,24})(?![^\W_])"
)
_QUERY = re.compile(r"\?[^\s<>()\[\]\"']*")


# A comment is asked about three times: when it is masked, as it is shown, and among other personal data.
@lru_cache(maxsize=8)
def addresses(text: str) -> tuple[Span, ...]:
    """Offsets of every e-mail address in `text`, in order and apart from one another. Linear in time.

    Handles of other networks (`@name`, `@name@host`), `git@host:path`, versions and prices are none.
    """
    if not may_hold_address(text):
        return ()
    decoded = decode(text)
    tokens = tokens_of(decoded.text)
    found = [(tokens.starts[first], tokens.ends[end - 1]) for first, end in _in_tokens(tokens)]
    found += [each.span() for each in _CAMEL.finditer(decoded.text)]
    found += oddities(decoded.text)
    return _apart(_widen(text, decoded.starts[start], decoded.ends[end - 1]) for start, end in found)


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
        count = length(Candidate(tokens, sign, local, labels, spaced))
        if count:
            yield local.first, labels[count - 1].end


def _sign(tokens: Tokens, found: re.Match[str]) -> Sign | None:
    kind = found.lastgroup
    if kind == "bracket":
        inside = "".join(tokens.words[found.start() : found.end()]).strip("()[]{}<>|, ")
        named = any(each in "@OAB" for each in found[0])
        whole = inside.replace(" ", "")
        return "bracket" if named or whole == "at" or whole in AT_SIGN or inside in AT_IN_BRACKETS else None
    if kind == "word":
        return {"O": "odd", "A": "word"}.get(found[0].strip("("), "loose")  # type: ignore[return-value]
    return "symbol" if kind == "symbol" else "marked"


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
