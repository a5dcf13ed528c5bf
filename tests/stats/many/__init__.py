"""Every function that takes many characteristics: how to make the data of one, how to spoil it, and its options."""

from tests.stats.many import asking, charts, comparing, lasting, measuring, modelling, pairs, planning, values

CASES = {
    **values.CASES,
    **charts.CASES,
    **measuring.CASES,
    **comparing.CASES,
    **pairs.CASES,
    **modelling.CASES,
    **lasting.CASES,
    **asking.CASES,
    **planning.CASES,
}
