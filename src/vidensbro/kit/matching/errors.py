"""What can go wrong in matching. Every error carries a stable code and values, and says what to do."""

from __future__ import annotations


class MatchingError(Exception):
    """Any error of `vidensbro.kit.matching`.

    `code` is stable and meant for programs; `values` are what the sentence speaks of, for whoever translates
    it.
    """

    code = "matching_error"

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message)
        self.values: dict[str, str] = values


class IndexProblem(MatchingError):
    """Any error of an index."""

    code = "index_error"


class IndexLocked(IndexProblem):
    """Another process is writing to the index. `values` has `process`, its id, and `folder`."""

    code = "index_locked"


class IndexStorageError(IndexProblem):
    """The disk refused (full, read-only, damaged). The last committed state is still there."""

    code = "index_storage"


class IndexDamaged(IndexStorageError):
    """The files do not fit together: rebuild the index."""

    code = "index_damaged"


class IndexMismatch(IndexProblem):
    """The index was built with another embedder or analysis than the one now asked for."""

    code = "index_mismatch"


class IndexReadOnly(IndexProblem):
    """A change was asked of an index that was opened for reading."""

    code = "index_read_only"


class IndexWorkersError(IndexProblem):
    """The workers that fill an index cannot be reached, are gone, or died over the same documents again and again."""

    code = "index_workers"


class EmbeddingError(MatchingError):
    """Any error of an embedder."""

    code = "embedding_error"


class EmbeddingModelError(EmbeddingError):
    """A model file is missing, damaged, or not of a kind that can be used."""

    code = "embedding_model"


class EmbeddingServiceError(EmbeddingError):
    """A remote embeddings service could not be reached, refused, or answered nonsense."""

    code = "embedding_service"
