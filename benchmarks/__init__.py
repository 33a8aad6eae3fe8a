"""Speed and memory beside peers in one run: `python -m benchmarks.search` and `python -m benchmarks.pages`."""
