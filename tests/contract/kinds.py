"""The kinds the contract suite runs over beside those of the house: one made of plain data, one planted model.

Import this module before asking ``registry.every()``.
"""

from hoshin.kernel.access.rights import inside, owner, role
from hoshin.kernel.records import registry
from hoshin.kernel.records.kinds import kind_from_dict

RIGHTS = {
    "everybody": inside(),
    "owner or quality manager": owner() | role("quality manager"),
    "quality manager": role("quality manager"),
    "process owner": role("process owner"),
}

# Every type of field, a flat part and a tree, a signed step, a signature round, a step that asks for a reason.
SUPPLIER_VISIT = {
    "name": "supplier_visit",
    "label": "Supplier visit",
    "label_plural": "Supplier visits",
    "doc": "A visit to a supplier: what was seen, how it was scored, what was agreed.",
    "prefix": "SV",
    "fields": [
        {"name": "supplier", "label": "Supplier", "type": "text", "required": True, "max_length": 80, "listed": True},
        {"name": "summary", "label": "Summary", "type": "long text", "needed_for": ["report"]},
        {"name": "visitors", "label": "Visitors", "type": "integer", "minimum": 1, "maximum": 20},
        {"name": "score", "label": "Score", "type": "number", "minimum": 0, "maximum": 100, "decimal_places": 2},
        {"name": "announced", "label": "Announced", "type": "yes or no"},
        {"name": "visited_on", "label": "Visited on", "type": "date", "needed_for": ["report"], "listed": True},
        {"name": "arrived_at", "label": "Arrived at", "type": "instant"},
        {
            "name": "outcome",
            "label": "Outcome",
            "type": "choice",
            "choices": [["good", "Good"], ["fair", "Fair"], ["poor", "Poor"]],
            "listed": True,
        },
        {"name": "earlier", "label": "Earlier visit", "type": "record", "kinds": ["supplier_visit"]},
        {"name": "host", "label": "Host", "type": "person"},
        {"name": "receiving", "label": "Receiving unit", "type": "unit"},
        {
            "name": "points",
            "label": "Points",
            "type": "parts",
            "fields": [
                {"name": "seen", "label": "What was seen", "type": "text", "required": True},
                {"name": "weight", "label": "Weight", "type": "number", "default": None},
                {"name": "by_whom", "label": "Seen by", "type": "person"},
            ],
        },
        {
            "name": "causes",
            "label": "Causes",
            "type": "parts",
            "tree": True,
            "fields": [{"name": "cause", "label": "Cause", "type": "text", "required": True}],
        },
    ],
    "states": [
        {"name": "planned", "label": "Planned", "category": "new"},
        {"name": "reported", "label": "Reported", "category": "active"},
        {"name": "agreed", "label": "Agreed", "category": "active"},
        {"name": "closed", "label": "Closed", "category": "done"},
    ],
    "transitions": [
        {"name": "report", "source": "planned", "target": "reported", "by": "owner or quality manager"},
        {
            "name": "agree",
            "source": "reported",
            "target": "agreed",
            "by": "owner or quality manager",
            "round": {"seats": ["process owner", "quality manager"], "quorum": 2},
        },
        {"name": "close", "source": "agreed", "target": "closed", "by": "quality manager", "signed_as": "approved"},
        {"name": "reopen", "source": "closed", "target": "planned", "by": "quality manager", "reason_needed": True},
    ],
}

registry.register(kind_from_dict(SUPPLIER_VISIT, RIGHTS))


def every_kind() -> list[str]:
    """The names of all kinds, for ``pytest.mark.parametrize``."""
    return [spec.name for spec in registry.every()]
