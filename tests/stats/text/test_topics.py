"""Topics find the groups that texts were made of, and always the same ones."""

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.text import Topics, topics

SUBJECTS = (
    ["pump", "leaks", "oil", "seal", "pressure", "hose"],
    ["label", "carton", "missing", "print", "barcode", "torn"],
    ["paint", "scratch", "door", "gloss", "run", "colour"],
)


def mixed(n: int = 90, seed: int = 5):
    random = np.random.default_rng(seed)
    subject = random.integers(0, 3, n)
    return [" ".join(random.choice(SUBJECTS[s], 4, replace=False)) for s in subject], subject


def test_texts_of_one_subject_come_into_one_topic():
    texts, subject = mixed()
    found = topics(texts, 3)
    names = [{int(found.main[i]) for i in np.flatnonzero(subject == s)} for s in range(3)]

    assert sorted(len(name) for name in names) == [1, 1, 1]
    assert len(set.union(*names)) == 3


def test_a_topic_shows_the_words_of_its_subject():
    found = topics(mixed()[0], 3, shown=4)

    assert all(any(set(words) <= set(subject) for subject in SUBJECTS) for words in found.words)


def test_the_same_texts_give_the_same_topics():
    texts, _ = mixed()

    assert topics(texts, 3) == topics(texts, 3)


def test_the_order_of_the_texts_does_not_matter():
    texts, _ = mixed()
    back = topics(texts[::-1], 3)

    assert {frozenset(words) for words in back.words} == {frozenset(words) for words in topics(texts, 3).words}


def test_more_topics_explain_more():
    texts, _ = mixed()
    explained = [topics(texts, count).explained for count in (2, 3, 6)]

    assert explained == sorted(explained)
    assert 0 < explained[0] < explained[-1] <= 1


def test_weights_sum_to_one_and_sizes_count_every_text():
    texts, _ = mixed()
    found = topics([*texts, "xyzzy"], 3)

    assert found.weights.sum(axis=1)[:-1] == pytest.approx(np.ones(90))
    assert (found.main[-1], found.sizes.sum()) == (-1, 90)
    assert (np.diff(found.sizes) <= 0).all()


def test_topics_go_to_json_and_back():
    found = topics(mixed()[0], 3)

    assert Topics.from_json(found.to_json()) == found


def test_few_texts_are_refused():
    with pytest.raises(StatisticsError, match="3 texts found; at least 4"):
        topics(["pump leaks", "label torn", "paint run"], 2)
