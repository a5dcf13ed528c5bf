"""What a person sees: one SQL filter over records, whose cost does not grow with their number."""

from django.db.models import Q

from hoshin.kernel.organization.roles import EVERYWHERE_RESTRICTED, INSIDE

from .rights import EVERYBODY, NOBODY, participant
from .standing import Standing

INTERNAL = "internal"


def visible(standing: Standing) -> Q:
    """Records of one's units (restricted ones by role), one's own, those one takes part in, those of one's party."""
    if standing.system:
        return EVERYBODY
    if standing.person is None:
        return NOBODY
    units, trusted = standing.units(INSIDE), standing.units(EVERYWHERE_RESTRICTED)
    seen = Q(owner=standing.uid) | Q(author=standing.uid) | participant().q(standing)
    if units:
        seen |= Q(unit__in=units, confidentiality=INTERNAL)
    if trusted:
        seen |= Q(unit__in=trusted)
    if standing.party is not None:
        seen |= Q(party=standing.party)
    return seen


def may_see(standing: Standing, row) -> bool:
    """The same question about one record at hand, without a query where that is possible."""
    if standing.system:
        return True
    if standing.person is None:
        return False
    if standing.uid in (row.owner_id, row.author_id) or (standing.party is not None and row.party == standing.party):
        return True
    if row.confidentiality == INTERNAL and row.unit_id in standing.units(INSIDE):
        return True
    return row.unit_id in standing.units(EVERYWHERE_RESTRICTED) or participant().allows(standing, row)
