"""Forms of the press desk's writers."""
