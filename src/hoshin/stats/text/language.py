"""Language: English, German or Portuguese, told by the small words that every sentence needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import FrozenDict, Result, Step

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

# Words without a meaning of their own. Negations are not among them: "no leak" is not "leak".
_SMALL = {
    "en": """
        a about after again all also am an and any are as at be because been before being below between both but
        by can could did do does doing down during each few for from further had has have having he her here
        hers him his how i i'm i've if in into is it it's its itself just me more most my of off on once only or
        other our ours out over own same she should so some such than that the their theirs them then there
        these they this those through to under until up very was we were what when where which while who whom
        why will with would you your yours
    """,
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da
        damit dann das dass daß dein dem den der des dessen die dies diese diesem diesen dieser dieses doch dort
        du durch ein eine einem einen einer eines er es etwas euer für gegen gewesen hab habe haben hat hatte
        hatten hier hin hinter ich ihm ihn ihr ihre ihrem ihren ihrer im in indem ins ist jede jedem jeden jeder
        jedes jene jetzt kann können man mein mich mir mit muss musste nach noch nun nur ob oder sehr sein seine
        seinem seinen seiner seit sich sie sind so solche soll sollte sondern um und uns unser unter vom von vor
        war waren warst was weil welche wenn werde werden wie wieder will wir wird wo wurde wurden während zu
        zum zur zwar zwischen über
    """,
    "pt": """
        a ao aos aquela aquele aquilo as até com como da das de dela dele deles depois do dos e ela elas ele
        eles em entre era eram essa essas esse esses esta estas estava estavam este estes está estão eu foi
        foram fosse há isso isto já lhe mais mas me mesmo meu meus minha muito muitos na nas nos nossa nosso num
        numa o os ou para pela pelas pelo pelos pois por porque qual quando que quem se sem ser será seu seus
        sob sobre sua suas são só também te tem tinha tudo um uma umas uns você vocês à às é
    """,
}
STOP_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
LANGUAGES = tuple(STOP_WORDS)
_LETTERS = {"en": "", "de": "äöüß", "pt": "ãõçáéíóúâêôà"}
_NEGATIONS = {"en": ("not", "no"), "de": ("nicht", "kein", "keine", "keinen"), "pt": ("não", "nem")}


def _evidence() -> dict[str, dict[str, float]]:
    """What each small word says for each language: less where several languages have it."""
    found: dict[str, dict[str, float]] = {}
    for language, words in STOP_WORDS.items():
        for word in (*words, *_NEGATIONS[language]):
            found.setdefault(word, {})[language] = 1.0
    return {word: {language: 1 / len(by) ** 2 for language in by} for word, by in found.items()}


_EVIDENCE = _evidence()


@dataclass(frozen=True, eq=False)
class LanguageGuess(Result):
    """Which language a text is in; ``code`` is None where nothing speaks for any. ``evidence`` counts small words."""

    code: str | None
    evidence: FrozenDict
    words: int

    title = "Language of a text"
    assumptions = ("the text is in English, German or Portuguese",)

    def steps(self):
        """The evidence for each language."""
        yield Step("words", value=self.words)
        for language, weight in self.evidence.items():
            yield Step(f"evidence for {language}", "small words, shared ones count less, and letters", value=weight)
        yield Step("language", value=self.code)


def guess_language(text: str) -> LanguageGuess:
    """The language of a text by its small words and letters.

    Estimand: the language with the most evidence, none on a tie. A small word counts 1 for its language, ``1/k^2`` for each
    of k that share it; a word with a letter that only one language has counts 1/2 more.

    Parameters
    ----------
    text : one text, in English, German or Portuguese.

    Units: evidence counts small words.

    Assumes: the text is in one of the three languages.

    Errors: something that is not a string.

    Source: G. Grefenstette, Comparing two language identification schemes, JADT 1995: small words tell the language.

    >>> guess_language("A bomba não funciona e está com fuga").code
    'pt'
    >>> guess_language("Die Pumpe ist undicht und läuft heiß").code
    'de'
    >>> guess_language("BRK/FIRE 217401").code is None
    True
    """
    if not isinstance(text, str):
        raise StatisticsError("the text is {found}; a string is needed", found=type(text).__name__)
    words = WORD.findall(text.lower())
    evidence = dict.fromkeys(LANGUAGES, 0.0)
    for word in words:
        for language, weight in _EVIDENCE.get(word, {}).items():
            evidence[language] += weight
        for language, letters in _LETTERS.items():
            if any(letter in word for letter in letters):
                evidence[language] += 0.5
    best = max(evidence, key=evidence.get)
    ahead = sum(weight >= evidence[best] for weight in evidence.values()) == 1
    return LanguageGuess(best if ahead else None, evidence, len(words))
