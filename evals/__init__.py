"""Match quality on public collections: loaders, metrics, a plain BM25 beside the engine, and committed results."""
