"""Feeds of releases in the formats that readers and search engines know: Atom, RSS, JSON Feed, sitemap for news.

They are the same whoever asks: what the whole world may read at this moment, and nothing else.
"""
