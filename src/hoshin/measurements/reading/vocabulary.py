"""The names people give to columns, in English, German and Portuguese."""

import re

from .layout import Role


def one_of(words: str) -> frozenset[str]:
    """A set of words, written with blanks between them."""
    return frozenset(words.split())


# A name is cut into words; a role is recognised by the last word that stands here, strongest role first.
ROLE_WORDS = {
    Role.TIME: "time date datetime timestamp zeit datum zeitpunkt zeitstempel uhrzeit data hora month monat mês mes",
    Role.CHARACTERISTIC: "characteristic parameter feature merkmal característica caracteristica variable dimension "
    "quantity tag analyte messgröße prüfmerkmal",
    Role.VALUE: "value wert messwert result measurement valor resultado",
    Role.SIZE: "size samplesize stichprobenumfang umfang inspected geprüft tested checked area opportunities exposure "
    "denominator tamanho inspecionados sampled",
    Role.SUBGROUP: "subgroup sample group untergruppe stichprobe gruppe subgrupo amostra grupo",
    Role.LOT: "lot batch serial sn charge losnummer seriennummer lote série serie part piece unit teil peça peca wafer "
    "prototype specimen heat coil crystal order nbill bar id run",
    Role.GAUGE: "gauge gage instrument probe voltmeter meter device messmittel prüfmittel instrumento",
    Role.OPERATOR: "operator op appraiser inspector clerk reader examiner technician prüfer bediener operador lab "
    "laboratory",
}
COUNTS = one_of(
    "d defect defects defective defectives nonconforming nonconformities errors flaws stockouts "
    "infections failures incidents count counts complaints events rejects fehler defeitos erros"
)
WEAK_COUNTS = one_of("n x c np")
WEAK_SIZES = one_of("n days hours orders units total patients cases tage stunden dias")
PHASES = one_of("trial phase baseline calibration training flag stage")
VERDICTS = one_of("fail failed pass passed ok nok verdict status label class censored good bad")
DATE_PARTS = one_of("year quarter month week day hour minute second period jahr monat tag stunde ano dia hora")
# What people form rational subgroups by, where its labels stand in blocks.
BLOCKS = one_of("day shift dayshift ushift hour cassette run period set block week tag schicht dia turno")


def words(name: str) -> list[str]:
    """The words of a column name in small letters: `pc.volume`, `SampleSize`, `x1_feed_rate`."""
    name = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\W_]+", name.lower()) if word]


def role_of(name: str) -> Role | None:
    """The role that a name alone suggests."""
    found = words(name)
    if "".join(found) in ("samplesize", "lotsize", "subgroupsize"):
        return Role.SIZE
    for word in reversed(found):
        for role, known in ROLE_WORDS.items():
            if word in known.split():
                return role
    return None


def says(name: str, vocabulary: frozenset[str]) -> bool:
    """Whether one of the words of a name stands in a vocabulary."""
    return any(word in vocabulary for word in words(name))


def family(name: str) -> str | None:
    """What columns named alike with running numbers share: `s` of s000 to s589."""
    match = re.match(r"\s*([^\W\d_]+)[ _.-]?\d+", name)
    return match[1].lower() if match else None
