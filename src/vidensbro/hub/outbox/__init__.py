"""What must follow a commit: index updates, mail. Written in the same transaction, drained by a worker."""
