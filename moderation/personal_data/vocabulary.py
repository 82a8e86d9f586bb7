"""The words in which people spell addresses, read from `vocabulary.toml`."""

import tomllib
from pathlib import Path

_WORDS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}

AT_SIGN = _WORDS["at_sign"]
AT = _WORDS["at"]
AT_LOOSELY = _WORDS["at_loosely"]
AT_IN_BRACKETS = _WORDS["at_in_brackets"]
DOT = _WORDS["dot"]
JOINT = _WORDS["joint"]

COMMON_ENDINGS = _WORDS["common_endings"]
ENDINGS = COMMON_ENDINGS | _WORDS["endings"]
ALSO_WORDS = _WORDS["also_words"]
FILES = _WORDS["files"]

PROVIDERS = _WORDS["providers"]
PROVIDER_HOSTS = PROVIDERS | _WORDS["provider_hosts"]
ROLES = _WORDS["roles"]

DETERMINERS = _WORDS["determiners"]
NOT_MAILBOXES = _WORDS["not_mailboxes"] - ROLES
NOT_HOSTS = _WORDS["not_hosts"]
