"""Language, words, fields and the Danish-English bridge. Pure Python; knows no network and no database."""

from vidensbro.kit.text.bridge import Bridge, Span, Translation
from vidensbro.kit.text.cognates import Vocabulary
from vidensbro.kit.text.glossary import Glossary, GlossaryError
from vidensbro.kit.text.keyphrases import KeyPhrase, key_phrases
from vidensbro.kit.text.language import detect
from vidensbro.kit.text.lexica import LexiconError, LexiconReport, import_lexicon
from vidensbro.kit.text.normalise import Sentence, Word, fold, normalise, sentences, words
from vidensbro.kit.text.stemming import STOP_WORDS, lemma, stem
from vidensbro.kit.text.taxonomy import Concept, Expansion, Suggestion, Taxonomy, TaxonomyError
from vidensbro.kit.text.terms import Form, QueryIdea, index_terms, query_terms

__all__ = [
    "STOP_WORDS",
    "Bridge",
    "Concept",
    "Expansion",
    "Form",
    "Glossary",
    "GlossaryError",
    "KeyPhrase",
    "LexiconError",
    "LexiconReport",
    "QueryIdea",
    "Sentence",
    "Span",
    "Suggestion",
    "Taxonomy",
    "TaxonomyError",
    "Translation",
    "Vocabulary",
    "Word",
    "detect",
    "fold",
    "import_lexicon",
    "index_terms",
    "key_phrases",
    "lemma",
    "normalise",
    "query_terms",
    "sentences",
    "stem",
    "words",
]
