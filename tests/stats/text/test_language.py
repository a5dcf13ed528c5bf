"""Languages are told apart, and words are cut lightly in each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.text import LANGUAGES, LanguageGuess, Synonyms, guess_language, stem, terms

SENTENCES = {
    "en": ("The seal was damaged during transport.", "There is no label on the box", "Customer says that it does not start when cold"),
    "de": ("Die Dichtung wurde beim Transport beschädigt.", "Auf dem Karton fehlt das Etikett", "Das Gerät läuft nicht, wenn es kalt ist"),
    "pt": ("A vedação foi danificada durante o transporte.", "Falta a etiqueta na caixa", "O cliente diz que não liga quando está frio"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_a_sentence_is_known_by_its_small_words(code, text):
    assert guess_language(text).code == code


@pytest.mark.parametrize("text", ["", "217401 DL8018", "XKCD-9"])
def test_what_says_nothing_is_no_language(text):
    assert guess_language(text).code is None


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "crack cracks cracked cracking"),
        ("en", "stop stops stopped stopping"),
        ("en", "box boxes"),
        ("en", "drill drills drilled drilling"),
        ("de", "Riss Risse Rissen"),
        ("de", "Dichtung Dichtungen"),
        ("de", "Gehäuse Gehäuses Gehäusen"),
        ("pt", "peça peças"),
        ("pt", "vibração vibrações"),
        ("pt", "sinal sinais"),
        ("pt", "motor motores"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, forms):
    assert len({stem(form, language) for form in forms.split()}) == 1


def test_numbers_and_part_numbers_stay_as_they_are():
    assert terms("DL8018s of lot 4711") == ("dl8018s", "lot", "4711")


def test_a_negation_is_kept_in_every_language():
    found = [terms(text, code)[0] for code, text in (("en", "not safe"), ("de", "nicht dicht"), ("pt", "não liga"))]

    assert found == ["not", "nicht", "nao"]


def test_a_phrase_with_small_words_is_replaced():
    synonyms = Synonyms.of({"oval": ["out of round", "not round"]})

    assert terms("the bore is out of round", "en", synonyms) == ("bor", "oval")


def test_synonyms_know_the_forms_of_their_words():
    synonyms = Synonyms.of({"Riss": ["Bruch", "Brüche"]}, "de")

    assert terms("zwei Brüche", "de", synonyms) == terms("zwei Risse", "de")


def test_a_synonym_under_two_terms_is_refused():
    with pytest.raises(StatisticsError, match="two terms"):
        Synonyms.of({"leak": ["drip"], "spill": ["drips"]})


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_has_terms_without_accents_or_blanks(text, language):
    found = terms(text, language)

    assert all(term and not term.isspace() for term in found)
    assert LanguageGuess.from_json(guess_language(text).to_json()) == guess_language(text)


def test_something_that_is_no_text_is_refused():
    with pytest.raises(StatisticsError, match="a string is needed"):
        guess_language(None)
