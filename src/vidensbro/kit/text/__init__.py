"""Language, words and the Danish-English bridge. Pure Python; knows no network and no database."""

from vidensbro.kit.text.bridge import Bridge, Span, Translation
from vidensbro.kit.text.cognates import Vocabulary
from vidensbro.kit.text.glossary import Glossary, GlossaryError
from vidensbro.kit.text.language import detect
from vidensbro.kit.text.normalise import Sentence, Word, fold, normalise, sentences, words
from vidensbro.kit.text.stemming import STOP_WORDS, lemma, stem
from vidensbro.kit.text.terms import Form, QueryIdea, index_terms, query_terms

__all__ = [
    "STOP_WORDS",
    "Bridge",
    "Form",
    "Glossary",
    "GlossaryError",
    "QueryIdea",
    "Sentence",
    "Span",
    "Translation",
    "Vocabulary",
    "Word",
    "detect",
    "fold",
    "index_terms",
    "lemma",
    "normalise",
    "query_terms",
    "sentences",
    "stem",
    "words",
]
