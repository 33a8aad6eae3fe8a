"""A country's public record on one machine: made up, imported in bulk, embedded, indexed, searched, kept up to date.

`words` and `works` make the corpus, `stages` runs and times each step in a process of its own, `pgvector` is the peer,
`__main__` puts them side by side.
"""
