"""Whether what stands around a sign is an address, weighed by how it is written and by the words around it.

A plain `name@host.de` needs no more than its shape. The further a spelling is from that, the more is asked for: an
ending that people use, a name with a dot in it, a mail provider, or words before it that speak of writing. What these
rules hide and leave alone is measured on the corpora beside the tests.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from moderation.personal_data.parts import Label, Local, host_after, reach
from moderation.personal_data.tokens import Tokens
from moderation.personal_data.vocabulary import (
    COMMON_ENDINGS,
    DETERMINERS,
    ENDINGS,
    FILES,
    NOT_HOSTS,
    NOT_MAILBOXES,
    PROVIDER_HOSTS,
    PROVIDERS,
    ROLES,
)

# As in: name@host, name (at) host, name *at* host, name ät host, name at host, name bei host.
Sign = Literal["symbol", "bracket", "marked", "odd", "word", "loose"]

_CUE = re.compile(
    r"mail|adress|address|schreib|erreich|kontakt|contact|reach|write|meld[eu]|frage|anfrag|bewerb|postfach|\ban:"
)
# A dot within small letters: what an address has and a sentence hardly ever.
_MAILBOX = re.compile(r"[^\W\dA-Z_]{3,30}[._][^\W\dA-Z_]{1,30}")
_WRITTEN_BACKWARDS = re.compile(r"([a-z]{2,8})(?:\.[^\W_A-Z]{2,63}(?:-[^\W_A-Z]{1,63}){0,9}){1,4}")
_TORN_ENDINGS = frozenset(["de", "com", "net", "org", "ch", "eu", "info"])
_CUE_WITHIN = 80
_PATH = re.compile(r"[^ ¶]{1,40}")
_SCALED = re.compile(r"\d+x$")


@dataclass(frozen=True, slots=True)
class Candidate:
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

    def asked_for(self) -> bool:
        """Whether the words on either side of it speak of writing to somebody."""
        end = self.tokens.ends[self.labels[0].end - 1]
        return self.cued() or bool(_CUE.search(self.tokens.text[end : end + _CUE_WITHIN // 2].lower()))

    def announced(self) -> bool:
        """Whether it follows directly on "an" or a colon, where only an address can stand."""
        before = self.tokens.text[
            max(0, self.tokens.starts[self.local.first] - 5) : self.tokens.starts[self.local.first]
        ]
        return before.rstrip().lower().endswith((" an", "\nan", ":"))

    def a_noun(self) -> bool:
        """Whether an article stands before it: "the team at …"."""
        first = self.local.first
        return first > 1 and self.tokens.shape[first - 1] == " " and self.tokens.words[first - 2] in DETERMINERS

    def apart(self) -> bool:
        """Whether it begins the text, a line or a phrase."""
        start = self.tokens.starts[self.local.first]
        before = self.tokens.text[max(0, start - 2) : start].rstrip(" ")
        return not before or before[-1] in ":\n(<,;„\"'>→="


def length(seen: Candidate) -> int | None:
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


def _symbol(seen: Candidate) -> int | None:
    """`name@host.de`, unless it is a file, a version or the path of a repository."""
    count = reach(seen.labels, 1, 1)
    if count is None:
        return _provider(seen) or _torn(seen) or _backwards(seen) or _numbers(seen)
    ending = seen.labels[count - 1]
    if ending.text.lower() in FILES and (_SCALED.match(seen.host) or ending.rank < 2):
        return None
    if seen.host.isdigit() and ending.rank < 2:
        return None
    return None if _is_remote_path(seen, ending) else count


def _is_remote_path(seen: Candidate, ending: Label) -> bool:
    """`git@host:path`, as in addresses of repositories and of scp."""
    shape = seen.tokens.shape
    if shape[ending.end : ending.end + 1] != ":" or shape[ending.end + 1 : ending.end + 2] in ("", " ", "¶"):
        return False
    path = _PATH.match(shape, ending.end + 1)
    return seen.local.text.lower() in ("git", "hg", "svn") or bool(path and ("/" in path[0] or path[0][0] == "~"))


def _spaced_symbol(seen: Candidate) -> int | None:
    """`name @ host.de`, unless the sign begins a handle or stands for "each"."""
    local, labels = seen.local, seen.labels
    count = reach(labels, 2, 1)
    if count is None:
        return _provider(seen) if local.joined or seen.cued() else None
    as_handle = local.spaced and not seen.spaced_after
    obscured = any(label.dot == "spelled" or (label.dot != "tight" and not as_handle) for label in labels[1:count])
    if local.numeric and not obscured:
        return None
    named = local.word not in NOT_MAILBOXES or seen.announced()
    cued = seen.cued() and all(label.dot == "tight" for label in labels[1:count]) and named
    if obscured or labels[0].text.lower() in PROVIDER_HOSTS or local.joined or local.spelled or cued:
        return count
    return count if not as_handle and local.word not in NOT_MAILBOXES and labels[count - 1].rank >= 2 else None


def _bracket(seen: Candidate) -> int | None:
    """`name (at) host.de`, `name ät host.de`: hardly anything else is written so."""
    count = reach(seen.labels, 1, 1)
    if count is None:
        return _provider(seen)
    ending = seen.labels[count - 1]
    if ending.rank < 2 and seen.spaced and not any(label.dot == "spelled" for label in seen.labels[1:count]):
        return None
    return count


def _word(seen: Candidate) -> int | None:
    """`name at host dot de`, but not "meet me at host.de"."""
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


def _loose(seen: Candidate) -> int | None:
    """`anna punkt schmidt bei gmx punkt de`, but not "bestellt bei host.de"."""
    local, labels = seen.local, seen.labels
    if seen.host in NOT_HOSTS or local.numeric:
        return None
    named = local.joined or local.spelled
    if not named and (local.word in NOT_MAILBOXES or seen.a_noun()):
        return None
    mailbox = _MAILBOX.fullmatch(local.text) and local.text.rpartition(".")[2] not in FILES
    count = reach(labels, 2 if mailbox else 3, 2)
    if count is None:
        return _provider(seen) if named else None
    spelled = any(label.dot == "spelled" for label in labels[1:count])
    if spelled:
        return count if named or seen.asked_for() or seen.host in PROVIDER_HOSTS else None
    if mailbox:
        return count
    provided = seen.host in PROVIDER_HOSTS
    return count if (named and (provided or seen.cued())) or (provided and seen.cued() and seen.apart()) else None


def _provider(seen: Candidate) -> int | None:
    """The name of a mail provider stands for its host: `name@gmail`, `name at gmail com`."""
    named = seen.host in PROVIDERS
    second = seen.labels[1] if len(seen.labels) > 1 else None
    if second and second.dot == "blank" and second.text.lower() in COMMON_ENDINGS and seen.host in PROVIDER_HOSTS:
        return 2
    return 1 if named else None


def _in_blanks(seen: Candidate, likely: bool) -> int | None:
    """`name at web de`: a host with a blank for the dot, or a provider without anything."""
    second = seen.labels[1] if len(seen.labels) > 1 else None
    if second and second.dot == "blank" and likely and second.text in _TORN_ENDINGS:
        return 2
    return _provider(seen) if likely or (second and second.dot == "blank") else None


def _torn(seen: Candidate) -> int | None:
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


def _backwards(seen: Candidate) -> int | None:
    """`ed.amrif@eman`, to be read from the end."""
    written = _WRITTEN_BACKWARDS.fullmatch(seen.local.text)
    known = written is not None and (len(written[1]) == 2 or written[1][::-1] in ENDINGS)
    return 1 if known and len(seen.host) > 2 and seen.labels[0].text.islower() else None


def _numbers(seen: Candidate) -> int | None:
    """`name@[192.0.2.1]`, an address literal of RFC 5321."""
    numbers, shape = seen.labels, seen.tokens.shape
    literal = len(numbers) == 4 and all(each.text.isdigit() for each in numbers) and shape[numbers[0].end - 2] == "["
    if not literal or shape[numbers[3].end : numbers[3].end + 1] != "]":
        return None
    numbers[3] = replace(numbers[3], end=numbers[3].end + 1)
    return 4
