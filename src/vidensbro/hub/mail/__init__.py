"""E-mail: rendered in the reader's language, sent through the outbox, each once."""
