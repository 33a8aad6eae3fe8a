"""The terms under which a journalist may read a release before its hour."""

from __future__ import annotations

from collections.abc import Mapping

TERMS = "2026-1"
"""Names the wording below. Whoever changes a word of it gives it another name: what was accepted must stay known."""

TERMS_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "I keep the press release, its pictures and its documents to myself until the hour that is given. Before it I "
        "publish nothing of them, in no medium, and pass nothing of them on.",
        "I may use them to prepare what I publish after that hour, and may talk about them with those who are named as "
        "contacts and with those at my medium who need it and keep to these terms as well.",
        "If the hour is moved, the new one holds. If the release is called off, I use nothing of it.",
        "What I open before the hour is recorded with my name. Whoever does not keep the terms is shown nothing before "
        "the hour any more.",
    ),
    "da": (
        "Jeg holder pressemeddelelsen, dens billeder og dens dokumenter for mig selv indtil det angivne tidspunkt. Før "
        "da offentliggør jeg intet af dem i noget medie og giver intet af dem videre.",
        "Jeg må bruge dem til at forberede det, jeg offentliggør efter tidspunktet, og må tale om dem med dem, der er "
        "nævnt som kontakter, og med dem på mit medie, der har brug for det og også overholder vilkårene.",
        "Flyttes tidspunktet, gælder det nye. Bliver pressemeddelelsen opgivet, bruger jeg intet af den.",
        "Det registreres med mit navn, hvad jeg åbner før tidspunktet. Den, der ikke overholder vilkårene, får intet "
        "at se før tidspunktet mere.",
    ),
}
"""The terms in the languages of the site. They stand here and not among the translations, so that the wording that was
accepted cannot change under its name."""
