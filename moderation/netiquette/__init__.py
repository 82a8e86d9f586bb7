"""The netiquette: a site's rules as data, and the detectors that find where a comment may breach them."""

from moderation.netiquette.check import check
from moderation.netiquette.load import BadNetiquette, load_netiquette
from moderation.netiquette.rules import LANGUAGES, Netiquette, Rule, Text

__all__ = ["LANGUAGES", "BadNetiquette", "Netiquette", "Rule", "Text", "check", "load_netiquette"]
