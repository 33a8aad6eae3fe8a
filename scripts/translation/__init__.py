"""Reading source strings and catalogues of translations, with the standard library and Django's template lexer."""
