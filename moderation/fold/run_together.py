"""Words that were run together to be overlooked, or for a hashtag: haltdiefresse, killyourself.

Only of words of which put-downs, threats and slogans are made; no German compound consists of these alone.
"""

from collections.abc import Iterable

from moderation.remembered import remembered


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEAST = 7
_LONGEST = 60
# One of these has to be among two pieces: whoever is spoken to, sent away or silenced.
_SAYING_WHOM = _words("du ihr dich euch dir raus maul fresse schnauze klappe you yourself them up off")
_WORDS_OF_THEIR_OWN = _words("sowieso wiederum einander aneinander angetan anwesend rausgeht raushalten")
_PIECES = _SAYING_WHOM | _words("""
mich mir uns sie wir ich dein deine deinen deiner euer eure mein meine die der das den dem ein eine so was wie wo
wer bist seid sind ist hast habt geh geht halt halts haltet verpiss verpisst verzieh fick fickt leck leckt schleich
hau mund goschn gosch goschen am im doch mal einfach endlich jetzt dumm dumme dummer dummes bloed bloede bloeder
behindert krank hirnlos spinnst spinnt arsch loch sack pack dreck idiot idioten depp deppen trottel vollidiot
vollpfosten penner spast opfer hund sau schwein kuh ziege hure nutte schlampe hurensohn wichser arschloch luegner
versager bring bringe mach mache schlag schlage stech steche toete tot um kalt platt fertig stirb sterben verreck
verrecke weiss wissen kenn finde find krieg kriege wohnst wohnt haus auto auslaender deutschland deutschen tuerken
juden kanaken neger zigeuner muslime moslems fluechtlinge asylanten schwule an die wand ins gas haengt aufhaengen
abschieben sofort alle weg hier kein keine braucht will nicht niemand interessiert meinung schaem halten shut your
mouth gob trap the fuck idiot idiots moron morons dumb stupid dimwit ass arse asshole bitch kill go to hell die get
lost out back home nobody wants asked opinion cares no more blacks muslims foreigners immigrants jews gays on our
estate they are dirty and loud piss bugger suck my dick send scum loser losers pathetic will we know where live find
hang burn it down is this that brain dead braindead muppet muppets clown clowns wanker wankers twat prat kick refugees
migrants vote tories labour greens country streets from here full of old cow come for family iwill ihate watch house
""")
_LONGEST_PIECE = max(map(len, _PIECES))


def run_together(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The pieces of each folded word that was run together."""
    return {word: pieces for word in words if _LEAST <= len(word) <= _LONGEST and (pieces := _parted(word))}


@remembered(8_000)
def _parted(word: str) -> tuple[str, ...]:
    """The pieces of which a word consists, the fewest there are; () if it is a word of its own."""
    if word in _PIECES or word in _WORDS_OF_THEIR_OWN:
        return ()
    # The fewest pieces up to each place.
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - _LONGEST_PIECE), end - 1):
            before = best[start]
            if before is not None and (piece := word[start:end]) in _PIECES:
                whole = best[end]
                if whole is None or len(before) + 1 < len(whole):
                    best[end] = (*before, piece)
        if end == _LONGEST_PIECE and not any(best[2:]):
            return ()
    pieces = best[-1] or ()
    return pieces if len(pieces) > 2 or not _SAYING_WHOM.isdisjoint(pieces) else ()
