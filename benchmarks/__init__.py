"""Speed and memory, side by side with peers in one run: `python -m benchmarks.search` and `python -m benchmarks.pages`."""
