"""An operator's own words and patterns."""

from collections.abc import Iterator

from moderation.fold import fold_word
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.grammar import compile_phrases
from moderation.netiquette.params import compile_patterns
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.wordlist import Lexicon

_MOST_MATCHES = 10


def detector(rule: Rule) -> Detector:
    """Finds single words however they are disguised, phrases in the grammar of our lists, and RE2 patterns.

    Patterns run over the text as it stands, words over the folded text. Quotation spares nothing here: what an
    operator names is held wherever it stands.
    """
    entries = rule.names("words")
    single = [fold_word(each) for each in entries if each.isalnum()]
    phrases = Phrases(phrases=compile_phrases(each for each in entries if not each.isalnum()))
    lexicon = Lexicon(single)
    patterns = compile_patterns(rule.names("patterns"))

    def detect(comment: Comment) -> Iterator[Hit]:
        for (start, end), _ in lexicon.find(comment.folded):
            yield Hit(start, end)
        for start, end in phrases.find(comment.folded):
            yield Hit(start, end)
        for pattern in patterns:
            for count, found in enumerate(pattern.finditer(comment.text)):
                if count == _MOST_MATCHES:
                    break
                yield Hit(found.start(), found.end())

    return detect
