"""Runs the engine, keeps runs and evidence, takes feedback, keeps the index in step."""
