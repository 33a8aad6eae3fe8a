"""Taking a merge back: the two rows are two again.

What the merge moved goes back, what it dropped is put back, and columns that it filled say again what they said,
where they still say what the merge made them say. What has been added to the row that was kept since then stays there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Model

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.models import Person, PersonObjection
from vidensbro.hub.imports.models import Merge, MergeProposal, SourceRecord
from vidensbro.hub.imports.rules import decide_merges
from vidensbro.hub.imports.services.journal import MODELS, plain
from vidensbro.hub.imports.services.references import chunks, table
from vidensbro.hub.knowledge.models import Work

_TRIES: Final = 2


@transaction.atomic
def undo_merge(actor: Actor, merge_id: uuid.UUID | str, *, apart: bool = True) -> Merge:
    """Take a merge back, and settle that the two are two: they are not proposed again. For staff.

    Without `apart` nothing is settled: they may be proposed again.

    `Merge.back` then says how many rows were put back, `Merge.left` how many could not be, because they have been
    changed, moved on or deleted since.

    Raises:
        NotFound, Denied; Conflict: it has been undone ("merge_undone"), or one of the two is gone or has been
        joined with yet another since ("merge_later": that is to be undone first).
    """
    merge = decide_merges.visible(actor, Merge.objects.select_for_update()).filter(pk=merge_id).first()
    if merge is None:
        raise NotFound("merge", merge_id)
    if merge.undone is not None:
        raise Conflict("merge_undone")
    _standing(merge)
    _announce(merge)
    undoing = _Undoing(merge)
    undoing.put_back()
    if apart:
        _settle(actor, merge)
    else:
        left, right = sorted((merge.kept, merge.gone))
        MergeProposal.objects.filter(kind=merge.kind, left=left, right=right).delete()
    merge.undone, merge.undone_by = clock.now(), actor.reference
    merge.back, merge.left = undoing.back, undoing.left
    # What it moved is no longer needed, and names people.
    merge.journal = {}
    merge.save()
    record(
        actor, f"{merge.kind}.parted", merge.kind, merge.kept, {"again": str(merge.gone), "left": merge.left}
    )
    _announce(merge)
    return merge


def _announce(merge: Merge) -> None:
    """Have the documents of both, and those that name them, put in step."""
    both = [merge.kept, merge.gone]
    if merge.kind == MergeProposal.Kind.WORK:
        for kind, row in Work.objects.filter(pk__in=both).values_list("kind", "pk"):
            index_changed(kind, [row])
        return
    announce_standing(merge.kind, both)
    index_changed(merge.kind, both)


def _standing(merge: Merge) -> None:
    """Check that the one still leads to the other, which is still somebody."""
    rows: Mapping[Any, Any] = (
        MODELS[merge.kind]._default_manager.select_for_update(of=("self",)).in_bulk([merge.kept, merge.gone])
    )
    kept, gone = rows.get(merge.kept), rows.get(merge.gone)
    if kept is None or gone is None or not merge.journal:
        raise Conflict("merge_gone")
    if merge.kind == MergeProposal.Kind.WORK:
        if kept.withdrawn or not gone.withdrawn:
            raise Conflict("merge_later")
        return
    if kept.successor_id is not None or gone.successor_id != kept.pk:
        raise Conflict("merge_later")


def _settle(actor: Actor, merge: Merge) -> None:
    """Decide that the two are two, whatever was said about them."""
    left, right = sorted((merge.kept, merge.gone))
    said: dict[str, Any] = {
        "state": MergeProposal.State.KEPT_APART,
        "decided": clock.now(),
        "decided_by": actor.reference,
    }
    MergeProposal.objects.update_or_create(
        kind=merge.kind, left=left, right=right, defaults=said, create_defaults={**said, "score": 0.0}
    )


@dataclass(slots=True)
class _Undoing:
    """One undo, and how many rows it put back and could not put back."""

    merge: Merge
    back: int = 0
    left: int = 0

    def put_back(self) -> None:
        """Go through the journal backwards. The row that was kept first: it holds what the other is to have."""
        journal = self.merge.journal
        own = {str(self.merge.kept): 0, str(self.merge.gone): 1}
        pair = {str(self.merge.kept), str(self.merge.gone)}
        for label, key, state in journal["added"]:
            self._take_away(table(label), key, state)
        whole = [(table(label), state) for label, state in journal["removed"]]
        for _ in range(_TRIES):
            whole = [one for one in whole if not self._recreate(*one)]
        for label, key, was, says in sorted(journal["changed"], key=lambda one: own.get(one[1], 2)):
            if label == MergeProposal._meta.label and _of(key, pair):
                continue  # the proposal that the merge came from: `_settle` decides it
            self._restore(table(label), key, was, says)
        for label, columns in journal["moved"].items():
            for column, keys in columns.items():
                self._move(table(label), column, keys)
        self.left += sum(not self._recreate(*one) for one in whole)

    def _take_away(self, model: type[Model], key: Any, state: Mapping[str, Any]) -> None:
        if model is SourceRecord:
            # The merge has remembered under which identifier the other was known: that is its own again.
            self.back += SourceRecord.objects.filter(pk=key, row=self.merge.kept).update(row=self.merge.gone)
            return
        row = model._default_manager.filter(pk=key).first()
        if row is not None and all(plain(getattr(row, name)) == said for name, said in state.items()):
            row.delete()
            self.back += 1

    def _recreate(self, model: type[Model], state: Mapping[str, Any]) -> bool:
        values = _typed(model, state)
        try:
            with transaction.atomic():
                if not _whole(model, values):
                    return False
                model._default_manager.bulk_create([model(**values)])
        except IntegrityError:
            return False
        self.back += 1
        return True

    def _restore(self, model: type[Model], key: Any, was: Mapping[str, Any], says: Mapping[str, Any]) -> None:
        row = model._default_manager.filter(pk=key).first()
        edited = set(getattr(row, "edited", ()))
        names = [name for name in was if row is not None and name not in edited]
        names = [name for name in names if plain(getattr(row, name)) == says[name]]
        if row is not None and isinstance(row, Person) and "visibility" in names and _objected(row):
            names.remove("visibility")
        values = _typed(model, {name: was[name] for name in names})
        if _updated(model, key, values):
            done = len(values)
        else:
            # One of them may have been given to somebody else since: the others still go back.
            done = sum(_updated(model, key, {name: value}) for name, value in values.items())
        if done and hasattr(row, "changed"):
            model._default_manager.filter(pk=key).update(changed=clock.now())
        self.back += bool(done)
        self.left += done < len(was)

    def _move(self, model: type[Model], column: str, keys: list[Any]) -> None:
        for some in chunks(keys):
            rows = model._default_manager.filter(pk__in=some, **{column: self.merge.kept})
            try:
                with transaction.atomic():
                    moved = rows.update(**{column: self.merge.gone})
            except IntegrityError:
                moved = sum(self._move_one(model, column, key) for key in some)
            self.back += moved
            self.left += len(some) - moved

    def _move_one(self, model: type[Model], column: str, key: Any) -> bool:
        try:
            with transaction.atomic():
                rows = model._default_manager.filter(pk=key, **{column: self.merge.kept})
                return bool(rows.update(**{column: self.merge.gone}))
        except IntegrityError:
            # Something of the same kind has been entered since: there can be only one.
            return False


def _updated(model: type[Model], key: Any, values: Mapping[str, Any]) -> bool:
    try:
        with transaction.atomic():
            return bool(values) and bool(model._default_manager.filter(pk=key).update(**values))
    except IntegrityError:
        return False


def _of(key: Any, pair: set[str]) -> bool:
    found = MergeProposal.objects.filter(pk=key).values_list("left", "right").first()
    return found is not None and {str(one) for one in found} == pair


def _objected(row: Person) -> bool:
    """Whether the person does not want to be found: nothing may bring the row back into sight then."""
    return PersonObjection.objects.filter(person=row, withdrawn_at__isnull=True).exists()


def _typed(model: type[Model], state: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in state.items() if name in columns}


def _whole(model: type[Model], values: Mapping[str, Any]) -> bool:
    """Whether everything that a row would point to is there: a constraint would tell only at the very end."""
    for column in model._meta.concrete_fields:
        if not column.is_relation or values.get(column.attname) is None:
            continue
        table: Any = column.related_model
        if not table._default_manager.filter(pk=values[column.attname]).exists():
            return False
    return True
