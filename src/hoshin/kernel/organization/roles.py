"""The roles a grant may give. A workflow names them; an unknown name stops the start."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """What a person may be in a unit, with the name people read."""

    name: str
    label: str
    # Reads every record of the unit, restricted ones too.
    reads_restricted: bool = False
    # Comes from outside: sees only what it takes part in.
    outside: bool = False


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role("administrator", _("Administrator")),
        Role("executive", _("Executive"), reads_restricted=True),
        Role("quality manager", _("Quality manager"), reads_restricted=True),
        Role("quality engineer", _("Quality engineer")),
        Role("process owner", _("Process owner")),
        Role("auditor", _("Auditor")),
        Role("inspector", _("Inspector")),
        Role("employee", _("Employee")),
        Role("external auditor", _("External auditor")),
        Role("supplier", _("Supplier"), outside=True),
        Role("customer", _("Customer"), outside=True),
    )
}

INSIDE = tuple(name for name, role in ROLES.items() if not role.outside)
EVERYWHERE_RESTRICTED = tuple(name for name, role in ROLES.items() if role.reads_restricted)
