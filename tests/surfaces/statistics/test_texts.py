"""The catalogue holds every text of the statistics, read from their source."""

import ast
import io

import pytest
from babel.messages.pofile import read_po

from hoshin.server.command import main
from hoshin.server.texts import catalogue, written
from hoshin.surfaces.statistics.texts import HOLE, SPEECHLESS, texts, texts_in

PLANTED = '''
"""A docstring is read by programmers."""
__all__ = ["nothing here"]

class Found(Result):
    title = "Planted"
    sources = ("A. Author, Title (1999)",)

    def steps(self):
        """Nor this."""
        yield Step("mean", "sum of {values} / {n}", {"values": self.values, "n": self.n})
        yield Step(f"limits at {self.level:.0%}")
        yield Step("ucl", value=self.ucl)

def check(values, name="widths"):
    if not values:
        raise StatisticsError("{name} is empty; values are needed", name="widths")
    raise TypeError("no numbers at all")
'''


@pytest.fixture(scope="module")
def planted():
    return {text.words: text for text in texts_in(ast.parse(PLANTED), "planted.py")}


def test_steps_titles_sources_and_errors_are_texts(planted):
    assert {"Planted", "A. Author, Title (1999)", "mean", "sum of {values} / {n}"} <= set(planted)
    assert planted["{name} is empty; values are needed"].place == "planted.py:17" and "widths" in planted


def test_a_text_with_numbers_in_it_is_known_by_its_pattern(planted):
    assert planted["limits at {level}"].pieces == ("limits at ", "level", "")


def test_what_nobody_reads_is_no_text(planted):
    assert not {"A docstring is read by programmers.", "nothing here", "no numbers at all", "ucl"} & set(planted)


def test_every_step_and_every_refusal_of_the_source_is_in_the_catalogue():
    missing = []
    for path in SPEECHLESS[0].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in ("Step", "StatisticsError"):
                given = node.args[: 2 if name == "Step" else 1]
                words = [one.value.strip() for one in given if isinstance(one, ast.Constant) and one.value]
                missing += [one for one in words if " " in HOLE.sub("", one).strip(" =/*-+()") and one not in texts()]

    assert [one for one in missing if any(len(word) > 3 and word.isalpha() for word in one.split())] == []


def test_the_file_for_translators_is_whole(tmp_path, capsys):
    assert main(["texts", str(tmp_path / "hoshin.pot")]) == 0
    read = read_po(io.BytesIO((tmp_path / "hoshin.pot").read_bytes()))

    assert len(read) == len(catalogue()) and "texts are in" in capsys.readouterr().out
    assert "Moving range" in read and "How computed" in read and "{name} is missing (NaN); a number is needed" in read


def test_every_text_says_where_it_stands_and_how_its_holes_are_written():
    told = written(catalogue())

    assert "\n#: stats/errors.py" in told and "\n#, python-brace-format\n" in told and "\n#, python-format\n" in told
