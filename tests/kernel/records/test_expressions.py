"""The expression language: what it means, what it refuses, and that Python and SQL agree about it."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.contract.kinds  # noqa: F401
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, registry
from hoshin.kernel.records.expression_tree import And, Comparison, Contains, Field, Literal, Missing, Moment, Not, Or
from hoshin.kernel.records.expressions import Context, ExpressionError, comparison, matching, parse
from hoshin.kernel.records.field_types import CHOICE, DAY, INSTANT, INTEGER, NUMBER, PERSON, YES_NO
from hoshin.kernel.records.record import Record

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = ["Ofen zu kalt", "ölwechsel", "ÖLWECHSEL", "100% sure", "a_b", "back\\slash", 'say "so"', "[x] (y) *", "é"]
KINDS = ("deviation", "supplier_visit")


def fields(kind="deviation"):
    return registry.get(kind).by_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('severity = "major"', 'severity = "major"'),
        ("severity='Major'", 'severity = "major"'),
        ('"major" = severity', 'severity = "major"'),
        ('severity != "major"', 'severity != "major"'),
        ("due_on < today + 7 and not (owner = me or unit is missing)", None),
        ("due_on >= 2026-03-01 and due_on<2026-04-01", 'due_on >= "2026-03-01" and due_on < "2026-04-01"'),
        ("due_on < today -7", "due_on < today - 7"),
        ("today() > due_on", "due_on < today"),
        ('state in ("open", "assessed") and count(steps) > 2', None),
        ('title contains "a \\"b\\""', None),
        ("year(due_on) = 2026 or length(title) > 20.5", None),
        ("priority >= 'high'", "priority >= 2"),
        ("(state = 'open' or state = 'closed') and title is not missing", None),
        ("", ""),
    ],
)
def test_an_expression_is_read_and_written(text, expected):
    tree = parse(text, fields())
    written = str(tree)

    assert parse(written, fields()) == tree
    if expected is not None:
        assert written == expected


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("sevrity = 'x'", 0, "There is no field “sevrity”; there are: title"),
        ("severity = 'huge'", 11, "“huge” is not one of: minor, major"),
        ("severity < 'major'", 9, "severity is a choice and has no order"),
        ("due_on < 'soon'", 9, "“soon” is not a date"),
        ("due_on < 2026-13-40", 9, "is not a date"),
        ("due_on = owner", 7, "cannot be compared with owner, a person"),
        ("owner = today", 6, "cannot be compared with today, a date"),
        ("title = ", 8, "the end was found; a field, a value"),
        ("title title", 6, "“title” was found; one of = !="),
        ("(title = 'x'", 12, "“)” is expected"),
        ("title = 'x' title", 12, "“and”, “or” or the end"),
        ("'a' = 'b'", 0, "a field on one side"),
        ("priority contains 'x'", 18, "“contains” is asked of text"),
        ("title = 'x", 8, "cannot stand here"),
        ("count(title) > 1", 6, "a field of type parts"),
        ("steps = 1", 6, "count(steps)"),
        ("length(title) > 1234567890123456789", 16, "more than 15 digits"),
        ("due_on < today + 1.5", 17, "a whole number of days"),
        ("title = __import__('os')", 8, "There is no field"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, position, words):
    with pytest.raises(ExpressionError) as refused:
        parse(text, fields())

    assert (refused.value.position, words in str(refused.value)) == (position, True), str(refused.value)


@pytest.mark.parametrize("text", ["not " * 200 + "title = 'x'", "(" * 3000, "title = 'x' or " * 500])
def test_an_expression_too_deep_or_long_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text, fields())


@given(st.text(max_size=80) | st.text(alphabet="title<>=!()'\" andort0123456789-,", max_size=60))
def test_no_text_does_worse_than_be_refused(text):
    try:
        parse(text, fields())
    except ExpressionError as refused:
        assert str(refused).startswith("At character")


def test_a_missing_value_differs_from_everything_and_compares_with_nothing():
    row = {"severity": None, "due_on": None}
    context = Context(NOW)
    told = {
        text: parse(text, fields()).holds(row, context)
        for text in ("severity = 'major'", "severity != 'major'", "due_on < today", "due_on is missing")
    }

    assert told == {
        "severity = 'major'": False,
        "severity != 'major'": True,
        "due_on < today": False,
        "due_on is missing": True,
    }


def test_a_query_string_makes_the_same_comparison_as_the_language(cast):
    made = [comparison(fields()[name], op, raw) for name, op, raw in
            [("severity", "=", "major"), ("due_on", "<=", "today"), ("title", "~", "oven"), ("impact", "=", "")]]  # fmt: skip
    told = [parse(text, fields()) for text in
            ["severity = 'major'", "due_on <= today", "title contains 'oven'", "impact is missing"]]  # fmt: skip

    assert made == told


def test_matching_asks_the_database(cast):
    doors.create("deviation", [{"title": "Oven", "severity": "major"}, {"title": "Lamp"}], by=cast.by.ana)
    spec = registry.get("deviation")
    found = spec.rows().filter(matching(parse("owner = me and severity != 'major'", spec.by_name), Standing(cast.ana)))

    assert [row.title for row in found] == ["Lamp"]


def random_values(kind, chance, cast):
    """Values of every field, each missing one time in three; equal ones are likely, so that = is really tried."""
    made = {"title": chance.choice(WORDS), "owner": str(chance.choice([cast.ana, cast.max]).uid)}
    for f in registry.get(kind).editable_fields:
        if f.name in ("title", "owner", "unit") or chance.random() < 0.33:
            continue
        if f.is_part:
            name = f.part.fields[0].name
            made[f.name] = [{name: chance.choice(WORDS)} for _ in range(chance.randrange(3))]
        elif f.name not in ("procedure", "earlier"):
            made[f.name] = random_value(f, chance, cast)
    return made


def random_value(f, chance, cast):
    if f.type is CHOICE:
        return chance.choice(f.choices)[0]
    if f.type is INTEGER:
        return chance.randrange(1, 5)
    if f.type is NUMBER:
        return str(Decimal(chance.randrange(0, 500)) / 100)
    if f.type is YES_NO:
        return chance.random() < 0.5
    if f.type is DAY:
        return (date(2026, 3, 10) + timedelta(days=chance.randrange(-2, 3))).isoformat()
    if f.type is INSTANT:
        half = chance.choice([0, 500_000])
        return (NOW + timedelta(hours=chance.randrange(-1, 2), microseconds=half)).isoformat()
    if f.type is PERSON:
        return str(chance.choice([cast.ana, cast.max]).uid)
    if f.name == "receiving":
        return str(cast.north.uid)
    return chance.choice(WORDS)[: f.max_length or 200]


def literal_for(f, cast):
    """A strategy of values of the field's type."""
    if f.type is CHOICE:
        return st.sampled_from([value for value, _label in f.choices])
    return {
        INTEGER: st.sampled_from([Decimal(n) for n in range(5)] + [Decimal("2.5")]),
        NUMBER: st.integers(0, 500).map(lambda n: Decimal(n) / 100),
        YES_NO: st.booleans(),
        DAY: st.integers(-3, 3).map(lambda n: date(2026, 3, 10) + timedelta(days=n)),
        INSTANT: st.integers(-2, 2).map(lambda n: NOW + timedelta(minutes=30 * n)),
        PERSON: st.sampled_from([cast.ana.uid, cast.max.uid, cast.sol.uid]),
    }.get(f.type, st.sampled_from(WORDS))


def conditions(kind, cast):
    """Random typed trees over a kind."""
    known = registry.get(kind).by_name.values()
    plain = [f for f in known if not f.is_part and f.type.name not in ("record", "unit")]

    @st.composite
    def simple(draw):
        left = Field(draw(st.sampled_from(plain)))
        sort = draw(st.sampled_from(["literal", "literal", "field", "missing", "contains", "moment", "function"]))
        if sort == "contains" and left.group == "text":
            return Contains(left, draw(st.sampled_from(["ö", "A", "%", "_", "\\", '"', "(", "kalt"])))
        if sort == "missing":
            return Missing(left)
        op = draw(st.sampled_from(["=", "<", "<=", ">", ">="])) if left.has_order else "="
        peers = [f for f in plain if Field(f).group == left.group and left.group != "choice"]
        if sort == "field" and peers:
            return Comparison(left, op, Field(draw(st.sampled_from(peers))))
        if sort == "moment" and left.group in ("date", "instant", "person"):
            name = {"date": "today", "person": "me"}.get(left.group) or draw(st.sampled_from(["now", "today"]))
            days = 0 if name == "me" else draw(st.integers(-1, 1))
            return Comparison(left, op, Moment(name, days, as_instant=name == "today" and left.group == "instant"))
        if sort == "function":
            part = next(f for f in known if f.is_part)
            asked = st.sampled_from([f"count({part.name}) >= 1", "length(title) > 8", "year(due_on) = 2026"])
            return parse(draw(asked), registry.get(kind).by_name)
        return Comparison(left, op, Literal(draw(literal_for(left.spec, cast))))

    return st.recursive(
        simple(),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_python_and_sql_agree_on_random_rows_and_expressions(cast, kind):
    chance = random.Random(20261120)
    doors.create(kind, [complete(kind, random_values(kind, chance, cast)) for _ in range(60)], by=cast.by.ana)
    spec = registry.get(kind)
    rows = list(spec.rows())
    for f in spec.part_fields:
        for row in rows:
            row.lines(f.part)
    context = Context(NOW, cast.ana.uid)

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(conditions(kind, cast))
    def agree(condition):
        by_sql = set(spec.rows().filter(condition.q(context)).values_list("pk", flat=True))
        by_python = {row.pk for row in rows if condition.holds(row, context)}

        assert by_sql == by_python, str(condition)

    agree()
    assert Record.objects.count() == 60


def complete(kind, values):
    return {"supplier": "One", **values} if kind == "supplier_visit" else values
