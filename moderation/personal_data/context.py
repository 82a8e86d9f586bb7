"""Whether the words around a number or an address speak of an office or of somebody's home."""

import re

_OFFICE = re.compile(
    r"amt\b|amtes\b|ämter|\bbüro|büro\b|büros\b|rathaus|zentrale|hotline|\bservice|bürgertelefon|elterntelefon|hilfetelefon|sorgentelefon"
    r"|seelsorge|notruf|notdienst|bereitschaft|beratung|leitstelle|stelle\b|stiftung|bibliothek|bücherei|verwaltung"
    r"|ministerium|behörde|polizei|feuerwehr|wache\b|klinik|krankenhaus|museum|theater|schule\b|volkshochschule|vhs"
    r"|kita\b|hort\b|verein\b|nachbarschaftshaus|gemeindehaus|bürgerhaus|jugendhaus|familienzentrum|zentrum\b|stadtwerke"
    r"|sparkasse|sekretariat|empfang|infotisch|infopunkt|redaktion|geschäftsstelle|sprechstunde|öffnungszeit|geöffnet"
    r"|ausstellung|impressum|vorverkauf|kasse\b|gericht\b|finanzamt|landratsamt|bauhof|wertstoffhof|schwimmbad|hallenbad"
    r"|office|council|town hall|city hall|helpline|switchboard|library|clinic|surgery|hospital|police|advice cent"
    r"|box office|reception|charity|museum|theatre|customer service|enquiries",
    re.IGNORECASE,
)
_PRIVATE = re.compile(
    r"privat|zu hause|zuhause|daheim|wohn(?:t|e|st|en|haft|ung)|\blebt\b|gemeldet|handy|\bmobil|\beigene|\bseine?[nrm]?\b|(?-i:\bihre?[nrm]?\b)"
    r"|\bmeine?[nrm]?\b|\bfrau\b|\bherrn?\b|\bfamilie\b|mama\b|papa\b|\bmutter|\bvater|\beltern\b|\bsohn\b|tochter|schwester"
    r"|bruder\b|\boma\b|\bopa\b|nachbar(?!schafts)|exmann|exfrau|witwe|kollegin\b|kollege\b|klingel|adresse (?:von|de[rs])|frauenhaus"
    r"|telefonbuch|\bher\b|\bhis\b|\bown\b|at home|\blives\b|\bmrs?\b|\bms\b|\bmiss\b|\bmum\b|\bdad\b|flat \d|sister|brother",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"zu hause|zuhause|daheim|wohn(?:t|e|st|en|haft|ung)|\blebt\b|gemeldet|klingel|adresse|anschrift|frauenhaus|at home|\blives?\b|address",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…:]\s+(?=[A-ZÄÖÜ\"„])|\n")
_REACH = 160


def speaks_of_office(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` introduces it as an office's, and nothing in it as a person's."""
    around = _around(text, start, end)
    return bool(_OFFICE.search(around)) and not speaks_of_person(text, start, end)


def speaks_of_person(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` says whose it is or who lives there."""
    return bool(_PRIVATE.search(_around(text, start, end)))


def speaks_of_home(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` says that somebody lives there."""
    return bool(_HOME.search(_around(text, start, end)))


def _around(text: str, start: int, end: int) -> str:
    """The sentence, without the passage itself, at most 160 characters to either side."""
    before = text[max(0, start - _REACH) : start]
    ends = [found.end() for found in _SENTENCE.finditer(before) if before[found.start()] != ":"]
    after = text[end : end + _REACH]
    stop = _SENTENCE.search(after)
    return before[ends[-1] if ends else 0 :] + " … " + after[: stop.start() if stop else _REACH]
