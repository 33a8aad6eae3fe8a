"""The fast way in for works that are new: whole batches by table, not row by row.

A national import is nearly all new works whose authors and institutions are either not known yet or known beyond
doubt. Those are *plain*: what becomes of them depends on nothing but what they say. Each table gets its rows of a
batch in one go, without an object for each. Everything else (a work that is known, an ORCID iD that two authors claim,
an organisation that was withdrawn ...) goes the ordinary way, record by record, in the same transaction. Both ways
write the same rows.
"""
