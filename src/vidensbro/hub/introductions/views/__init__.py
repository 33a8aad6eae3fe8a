"""Pages of introductions: asking, answering, how often one may be asked, and the public figures."""
