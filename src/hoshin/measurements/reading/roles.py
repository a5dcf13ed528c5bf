"""Which role each column of a file has, and why: rules tried in order, the first that fits decides."""

from collections import Counter
from itertools import combinations

from .layout import Role
from .profile import Profile
from .vocabulary import BLOCKS, COUNTS, DATE_PARTS, PHASES, VERDICTS, WEAK_COUNTS, WEAK_SIZES, family, says

Decision = tuple[Role, str]
LABELS = (Role.CHARACTERISTIC, Role.SUBGROUP, Role.LOT, Role.GAUGE, Role.OPERATOR)
MAX_GROUPING = 3


class Roles:
    """The decisions on the columns of one file."""

    def __init__(self, columns: list[Profile]):
        self.columns = columns
        self.found: dict[int, Decision] = {}
        for rule in (
            self._times,
            self._named_values,
            self._flags,
            self._named_sizes,
            self._named_labels,
            self._row_numbers,
            self._families,
            self._block_subgroups,
            self._settings,
            self._numbers,
            self._texts,
            self._at_least_one_value,
            self._value_column,
            self._sizes_of_counts,
            self._groups,
        ):
            rule()

    def decisions(self) -> list[Decision]:
        return [self.found[column.place] for column in self.columns]

    def _open(self) -> list[Profile]:
        return [column for column in self.columns if column.place not in self.found]

    def _having(self, role: Role) -> list[Profile]:
        return [column for column in self.columns if self.found.get(column.place, (None,))[0] == role]

    def _say(self, column: Profile, role: Role, reason: str) -> None:
        self.found[column.place] = (role, reason)

    def _times(self) -> None:
        named = [c for c in self._open() if c.role == Role.TIME]
        dated = [c for c in named if c.dated or c.compact_dates] or [c for c in self._open() if c.dated]
        for column in dated[1:]:
            self._say(column, Role.IGNORE, f"dates, but the time is {dated[0].name}")
        if not dated:
            return
        self._say(dated[0], Role.TIME, "dates" if dated[0].dated else "dates without separators, by its name")
        clocks = [c for c in self._open() if c.clock and not any(":" in cell for cell in dated[0].distinct)]
        for column in clocks[:1]:
            self._say(column, Role.TIME, f"times of day, joined with {dated[0].name}")

    def _named_values(self) -> None:
        for column in self._open():
            if column.role == Role.VALUE and len(column.words) == 1 and column.numeric:
                self._say(column, Role.VALUE, "by its name: value")

    def _flags(self) -> None:
        for column in self._open():
            if not (column.flags or (column.numeric and len(column.distinct) <= 3) or not column.numeric):
                continue
            if says(column.name, PHASES):
                self._say(column, Role.IGNORE, "by its name a phase or a flag, not a measurement")
            elif says(column.name, VERDICTS):
                self._say(
                    column, Role.IGNORE, "by its name a verdict on the whole row; choose value to chart it as 0 and 1"
                )
            elif column.flags:
                self._say(column, Role.VALUE, "true or false, taken as 1 and 0")

    def _named_sizes(self) -> None:
        sizes = [c for c in self._open() if c.role == Role.SIZE and c.numeric and c.values.min() >= 0]
        others = [c for c in self._open() if c.numeric and c not in sizes]
        if sizes and others:
            self._say(sizes[0], Role.SIZE, "by its name a sample size or area of opportunity")

    def _named_labels(self) -> None:
        for role in LABELS:
            named = [c for c in self._open() if c.role == role and self._may_be(c, role)]
            if not named:
                continue
            named.sort(key=lambda c: len(c.words))
            self._say(named[0], role, f"by its name: {role}")
            for column in named[1:]:
                self._say(column, Role.IGNORE, f"by its name: {role}, but that is {named[0].name}")

    def _may_be(self, column: Profile, role: Role) -> bool:
        if column.words == [role]:
            return True
        if column.numeric and not column.flags and bool((column.values % 1).any()):
            return False
        if role == Role.CHARACTERISTIC:
            others = any(c.numeric for c in [*self._open(), *self._having(Role.VALUE)] if c is not column)
            return others and len(column.distinct) < max(2, len(column.known))
        if "run" in column.words:
            return column.words == ["run"] and column.unique
        return True

    def _row_numbers(self) -> None:
        for column in self._open():
            if column.counts_rows and not self._in_measured_family(column):
                self._say(column, Role.IGNORE, "numbers the rows; the order of the file is kept")
            elif column.numeric and set(column.words) & DATE_PARTS and not column.blocks:
                self._say(column, Role.IGNORE, "by its name a part of a date, without the rest")

    def _families(self) -> None:
        """Columns named alike with running numbers play the same part: the one most of them play alone."""
        members: dict[str, list[Profile]] = {}
        for column in self._open():
            if (name := family(column.name)) and (column.numeric or not column.known):
                members.setdefault(name, []).append(column)
        for name, columns in members.items():
            measured = sum(not self._chosen(c) for c in columns)
            if len(columns) < 2:
                continue
            for column in columns:
                if 2 * measured > len(columns):
                    self._say(column, Role.VALUE, f"one of {len(columns)} columns {name}…, measured")
                else:
                    self._say(column, Role.IGNORE, f"one of {len(columns)} columns {name}…, settings")

    def _in_measured_family(self, column: Profile) -> bool:
        name = family(column.name)
        alike = [c for c in self._open() if name and family(c.name) == name and c.numeric]
        return len(alike) > 2 and 2 * sum(not c.counts_rows for c in alike) > len(alike)

    def _chosen(self, column: Profile) -> bool:
        return column.coded or column.balanced or column.few or column.numbered

    def _varying(self) -> bool:
        """Whether some column is, or may still become, a measured one."""
        return any(not c.constant for c in self._having(Role.VALUE)) or any(
            c.numeric and not c.constant and not self._chosen(c) for c in self._open()
        )

    def _block_subgroups(self) -> None:
        if self._having(Role.SUBGROUP):
            return
        blocks = [c for c in self._open() if c.blocks > 2 and says(c.name, BLOCKS)]
        measured = [c for c in self._open() if c.numeric and c not in blocks and not self._chosen(c)]
        if blocks and (measured or self._having(Role.VALUE)):
            finest = max(blocks, key=lambda c: c.blocks)
            self._say(finest, Role.SUBGROUP, f"stands in {finest.blocks} blocks of like rows")

    def _settings(self) -> None:
        for column in self._open():
            if not column.numeric or says(column.name, COUNTS):
                continue
            if column.coded:
                self._say(column, Role.IGNORE, "levels −1, 0, 1 of a designed experiment")
            elif column.balanced:
                self._say(column, Role.IGNORE, f"{len(column.distinct)} levels, each as often: a setting")
            elif column.numbered:
                self._say(column, Role.IGNORE, f"numbers from 1 to {len(column.distinct)} again and again: a setting")
            elif column.constant and not (column.values % 1).any() and self._varying():
                self._say(column, Role.IGNORE, "one whole number in every row: a setting")
            elif column.few:
                self._say(column, Role.IGNORE, f"only {len(column.distinct)} different numbers: a setting")
            elif set(column.words) & DATE_PARTS:
                self._say(column, Role.IGNORE, "by its name a part of a date, without the rest")

    def _numbers(self) -> None:
        for column in self._open():
            if column.numeric:
                self._say(column, Role.VALUE, "numbers")

    def _texts(self) -> None:
        for column in self._open():
            if column.known:
                reason = f"text with {len(column.distinct)} labels; choose characteristic to split by it"
                self._say(column, Role.IGNORE, reason)
            elif column.role in (None, Role.VALUE) or self._having(column.role):
                self._say(column, Role.IGNORE, "empty")
            else:
                self._say(column, column.role, f"empty; by its name: {column.role}")

    def _at_least_one_value(self) -> None:
        """Where every column seemed a label or a setting, the last number that could be a value is one."""
        if self._having(Role.VALUE):
            return
        numeric = [c for c in self.columns if c.numeric and self.found[c.place][0] not in (Role.TIME, Role.SIZE)]
        ranked = sorted(numeric, key=lambda c: (self.found[c.place][0] == Role.IGNORE, not c.counts_rows, -c.place))
        if ranked:
            self._say(ranked[-1], Role.VALUE, "the only numbers that can be measured")

    def _value_column(self) -> None:
        """A column called value beside a column of characteristics: other numbers are not measured."""
        named = [c for c in self._having(Role.VALUE) if c.role == Role.VALUE]
        if not named or not self._having(Role.CHARACTERISTIC):
            return
        for column in self._having(Role.VALUE):
            if column is not named[0]:
                self._say(column, Role.IGNORE, f"numbers, but the value is {named[0].name}")

    def _sizes_of_counts(self) -> None:
        """A count and one other number that by its name counts what could have gone wrong."""
        values = self._having(Role.VALUE)
        if self._having(Role.SIZE) or len(values) != 2:
            return
        counts = [c for c in values if says(c.name, COUNTS)] or [c for c in values if set(c.words) & WEAK_COUNTS]
        sizes = [c for c in values if c not in counts and set(c.words) & WEAK_SIZES and c.values.min() >= 0]
        if len(counts) == 1 and len(sizes) == 1:
            self._say(sizes[0], Role.SIZE, f"by its name what {counts[0].name} is counted over")

    def _groups(self) -> None:
        """Texts without which a time would stand twice: each of their labels is a series of its own."""
        times = self._having(Role.TIME)
        if not times or self._having(Role.CHARACTERISTIC) or self._having(Role.SUBGROUP):
            return
        moments = list(zip(*(c.cells for c in times), strict=True))
        texts = [c for c in self.columns if self._splits(c)]
        if not texts or max(Counter(moments).values()) == 1:
            return
        for size in range(1, min(MAX_GROUPING, len(texts)) + 1):
            for chosen in combinations(texts, size):
                keys = set(zip(moments, *(c.cells for c in chosen), strict=True))
                if len(keys) == len(moments):
                    for column in chosen:
                        self._say(column, Role.CHARACTERISTIC, "times repeat, but not within one label")
                    return

    def _splits(self, column: Profile) -> bool:
        role, _ = self.found[column.place]
        labels = len(column.distinct)
        return role == Role.IGNORE and not column.numeric and not column.flags and 1 < labels <= len(column.cells) // 2
