"""The kinds the house knows, by their stable names. Downcasting a record goes through here and nowhere else."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

_models: list[type] = []
_specs: dict[str, Any] = {}
_attachments: list[type] = []
_panels: dict[str, dict[str, Any]] = {}
_producers: list[Callable[[type], Any]] = []


class UnknownKind(LookupError):
    """No kind has this name."""


def declared(model: type) -> None:
    """A class derived from Kind reports itself; its spec is built when first asked for, once the model is whole."""
    _models.append(model)


def made_by(producer: Callable[[type], Any]) -> None:
    """How a model's spec is made; told by kinds.py, which stands above this module."""
    _producers[:] = [producer]


def attachments_are(model: type) -> type:
    _attachments.append(model)
    return model


def attachment_model() -> Any:
    return _attachments[-1]


def register(spec: Any) -> Any:
    """Make a kind known. A form-made kind of a newer version takes the place of the older one."""
    known = _specs.get(spec.name)
    if known is not None and known.version >= spec.version and known != spec:
        raise ValueError(f"The kind {spec.name!r} is known already, in version {known.version}.")
    _specs[spec.name] = spec
    return spec


def put_panel(kind: str, panel: Any) -> Any:
    """Put a panel on the pages of a kind's records; a process does so when it is ready."""
    _panels.setdefault(kind, {})[panel.name] = panel
    return panel


def panels_of(kind: str) -> list[Any]:
    return list(_panels.get(kind, {}).values())


def forget(name: str) -> None:
    """Take a form-made kind back, as tests do."""
    _specs.pop(name, None)


def _complete() -> None:
    while _models:
        model = _models.pop(0)
        if not model._meta.abstract and not model.__dict__.get("abstract_kind"):
            register(_producers[0](model))


def get(name: str) -> Any:
    _complete()
    if name not in _specs:
        raise UnknownKind(f"There is no kind {name!r}; there are: {', '.join(sorted(_specs))}.")
    return _specs[name]


def every() -> list[Any]:
    """All kinds, in the order of their names."""
    _complete()
    return [_specs[name] for name in sorted(_specs)]


def of_model(model: type) -> Any | None:
    """The kind that has this table to itself; None where the rows say which kind they are of."""
    found = [spec for spec in every() if spec.model is model]
    return found[0] if found and not model.__dict__.get("abstract_kind") else None


def by_slug(slug: str) -> Any:
    """The kind whose address this is."""
    for spec in every():
        if spec.slug == slug:
            return spec
    raise UnknownKind(f"There is no kind at {slug!r}.")


def typed(records: Iterable[Any]) -> Iterator[Any]:
    """The records as rows of their own kinds, in the same order; one query for each kind among them."""
    records = list(records)
    ids: dict[str, list[int]] = {}
    for record in records:
        ids.setdefault(record.kind, []).append(record.pk)
    found: dict[int, Any] = {}
    for kind, keys in ids.items():
        for row in get(kind).rows_with_keys(keys):
            found[row.pk] = row
    return (found[record.pk] for record in records)


def find(uid: UUID | str, rows: Any) -> Any:
    """The typed row of a uid among ``rows`` (a query over Record); None where it is not among them."""
    record = rows.filter(uid=uid).only("id", "kind").first()
    return get(record.kind).rows().get(pk=record.pk) if record else None
