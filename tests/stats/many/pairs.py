"""Comparisons of pairs."""

from hoshin.stats import comparisons
from tests.stats.many.case import Case, alike_all
from tests.stats.many.comparing import unequal


def of_three(function, spoil=alike_all, **options):
    return Case(function, unequal(3), options, spoil, lengths=(5, 12, 40, 6), cuts=tuple)


CASES = {
    "tukey": of_three(comparisons.tukey_hsd),
    "tukey, a value missing": Case(comparisons.tukey_hsd, unequal(3), {"confidence_level": 0.9}, cuts=tuple),
    "games-howell": of_three(comparisons.games_howell),
    "dunnett": of_three(comparisons.dunnett),
    "dunnett, one-sided": of_three(comparisons.dunnett, control=1, alternative="less"),
    "dunn": of_three(comparisons.dunn),
    "dunn, false discoveries": of_three(comparisons.dunn, adjustment="benjamini-yekutieli"),
}
