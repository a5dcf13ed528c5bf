"""Capability before and after a change: what each held, and whether the change is more than chance."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext as _

from hoshin.stats import capability
from hoshin.stats.capability import StagedCapability
from hoshin.surfaces.statistics import range_words, translated_all

from . import drawing
from .answers import Answer, Picture, Table, ppm_words
from .samples import Sample, needed


def compare(samples: Sequence[Sample], limits: Mapping[str, float]) -> Answer:
    """Both studies side by side, the change of Ppk and of the scatter with their intervals."""
    before, after = needed(samples, 2)[:2]
    stages = ["before"] * len(before.values) + ["after"] * len(after.values)
    found = capability.by_stages(np.concatenate((before.values, after.values)), stages, **limits)
    rows = [
        [sample.name, str(len(sample.values)), f"{study.mean:.5g}", f"{study.sd_overall:.4g}", f"{study.Cpk:.2f}",
         f"{study.Ppk:.2f} ({range_words(*study.Ppk_ci, '.2f')})", ppm_words(study.ppm_overall)]
        for sample, study in zip((before, after), found, strict=True)
    ]  # fmt: skip
    columns = [_("Stage"), _("Values"), _("Mean"), _("s overall"), _("Cpk"), _("Ppk"), _("ppm expected")]
    pictures = [
        Picture(_("The values"), drawing.groups([before, after], title=_("The values before and after"), limits=limits))
    ]
    mood = "good" if found.improved[0] else "bad" if found.worsened[0] else ""
    return Answer(
        _("Capability before and after"), _words(found), [_("Each stage is studied by itself; then the two are compared.")],
        {"stages": found}, [Table(_("Both stages"), columns, rows)], pictures, translated_all(found.cautions), mood,
    )  # fmt: skip


def _words(found: StagedCapability) -> list[str]:
    first, second = (study.Ppk for study in found)
    low, high = found.ppk_change_ci[0]
    told = {"before": f"{first:.2f}", "after": f"{second:.2f}", "low": f"{low:+.2f}", "high": f"{high:+.2f}"}
    if found.improved[0]:
        lead = _("Ppk rose from %(before)s to %(after)s; the change lies between %(low)s and %(high)s.") % told
    elif found.worsened[0]:
        lead = _("Ppk fell from %(before)s to %(after)s; the change lies between %(low)s and %(high)s.") % told
    else:
        lead = (
            _("Ppk was %(before)s and is %(after)s; that may be chance: the change lies between %(low)s and %(high)s.")
            % told
        )
    low, high = found.sd_ratio_ci[0]
    told = {"ratio": f"{100 * found.sd_ratio[0]:.0f}", "low": f"{100 * low:.0f}", "high": f"{100 * high:.0f}"}
    return [lead, _("The scatter is %(ratio)s %% of what it was (%(low)s to %(high)s %%).") % told]
