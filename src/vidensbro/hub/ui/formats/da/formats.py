"""Dates in Danish."""

DATE_FORMAT = "j. F Y"
DATETIME_FORMAT = "j. F Y \\k\\l. H.i"
SHORT_DATE_FORMAT = "j. N Y"
SHORT_DATETIME_FORMAT = "j. N Y \\k\\l. H.i"
TIME_FORMAT = "H.i"
