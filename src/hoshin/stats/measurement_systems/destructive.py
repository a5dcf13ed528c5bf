"""Gauge R&R where measuring destroys the part: pieces of one batch stand for repeated measurements."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hoshin.stats._refusals import Refusals
from hoshin.stats._results import Batched
from hoshin.stats.errors import check_choice
from hoshin.stats.measurement_systems._components import (
    NDC_FACTOR,
    VarianceComponent,
    check_gauge_varies,
    component_steps,
    verdict,
)
from hoshin.stats.measurement_systems._given import column
from hoshin.stats.measurement_systems.crossed import gauge_rr_crossed
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy, concluded, judged_percentage
from hoshin.stats.measurement_systems.nested import gauge_rr_nested
from hoshin.stats.results import FrozenDict, Step


@dataclass(frozen=True, eq=False)
class DestructiveStudy(Batched):
    """A gauge study on pieces of batches.

    ``study`` is the plain analysis: its repeatability holds the variation between pieces of a batch. ``components``
    take the known variation within batches ("material") out of repeatability and add it to the parts.
    """

    study: GaugeStudy
    within_batch_sd: float | np.ndarray
    components: dict[str, VarianceComponent]
    ndc_real: float | np.ndarray
    ndc: int | np.ndarray
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Destructive gauge R&R"
    sources = (
        "AIAG, Measurement Systems Analysis, 4th edition, chapter IV",
        "J. N. Gorman, K. M. Bower, Measurement Systems Analysis and Destructive Testing, Six Sigma Forum Magazine 1 (2002)",
    )
    assumptions = (
        *GaugeStudy.assumptions,
        "pieces of a batch are as alike as said: what they differ more is counted as repeatability",
    )

    @property
    def mean(self):
        """The mean of all values."""
        return self.study.mean

    @property
    def against(self):
        """What the variation is compared with."""
        return self.study.against

    @property
    def verdict(self):
        """AIAG's word for % tolerance of gauge R&R where a tolerance is known, else for its % study variation."""
        return verdict(judged_percentage(self.components))

    def steps(self):
        """The plain analysis, then what the material takes."""
        yield from self.study.steps()
        n = {"ms": self.study.components["repeatability"].variance, "sd": self.within_batch_sd}
        yield Step(
            "repeatability without the material",
            "{ms} - {sd}^2, at least 0",
            n,
            self.components["repeatability"].variance,
        )
        yield from component_steps(self.components, self.against)


def gauge_rr_destructive(
    data,
    *,
    design: str = "nested",
    within_batch_sd=0.0,
    tolerance=None,
    lsl=None,
    usl=None,
    alpha_remove_interaction: float | None = 0.05,
    study_multiplier: float = 6.0,
    ndc_factor: float = NDC_FACTOR,
    on_error: str = "raise",
) -> DestructiveStudy:
    """Variance components of a destructive measurement, for one characteristic or many at once.

    Estimand: as in the nested or crossed study with the batch as part and its pieces as trials; the known variance sd^2
    between pieces of a batch ("material") is taken from repeatability, V(repeatability) = MSe - sd^2, and given to the
    parts.

    Parameters
    ----------
    data : array (operators, batches, pieces) for "nested", (batches, operators, pieces) for "crossed"; of many
        characteristics one more axis in front
    design : "nested": every operator has batches of their own; "crossed": every batch is large enough for all operators
    within_batch_sd : number or one per characteristic; known sd between pieces of one batch. 0 counts all of it as
        repeatability, which is the safe side
    alpha_remove_interaction, tolerance, lsl, usl : as in ``gauge_rr_crossed``
    study_multiplier, ndc_factor : as in ``gauge_rr_crossed``
    on_error : "raise", or "mark": among many, one without an answer gets NaN and a word in ``problems``

    Units: variances in the squared unit of the data; sd, limits and tolerance in its unit.

    Assumes: what the crossed or nested study assumes; pieces of a batch are as alike as said.

    Errors: What the nested or crossed study refuses, a negative standard deviation, one that leaves no repeatability.

    Source: AIAG, Measurement Systems Analysis, 4th edition, chapter IV, nonreplicable measurement systems.

    >>> data = [[[33.4, 33.2], [32.4, 31.7]], [[32.5, 32.1], [35.1, 34.7]], [[32.6, 32.7], [34.9, 34.7]]]
    >>> study = gauge_rr_destructive(data, within_batch_sd=0.2)
    >>> round(study.study.components["grr"].variance, 4), round(study.components["grr"].variance, 4)
    (0.075, 0.035)
    """
    check_choice(design, ("nested", "crossed"), "design")
    options = {
        "tolerance": tolerance,
        "lsl": lsl,
        "usl": usl,
        "study_multiplier": study_multiplier,
        "ndc_factor": ndc_factor,
        "on_error": on_error,
    }
    if design == "crossed":
        study = gauge_rr_crossed(data, alpha_remove_interaction=alpha_remove_interaction, **options)
    else:
        study = gauge_rr_nested(data, **options)
    refusals = Refusals(study.count or 1, study.count is not None, on_error, dict(study.problems))
    sd = column(within_batch_sd, "within_batch_sd", refusals, at_least=0, of="studies")
    sd = sd if refusals.many and np.ndim(within_batch_sd) else float(sd[0])
    table = _without_material(study, sd, refusals)
    found = concluded(table, study.mean, study.against)
    return DestructiveStudy(study, sd, found["components"], found["ndc_real"], found["ndc"], problems=refusals.problems)


def _without_material(study, sd, refusals):
    """The variances with the known variation within batches taken from repeatability and given to the parts."""
    variance = {name: np.asarray(component.variance) for name, component in study.components.items()}
    material = np.minimum(sd**2, variance["repeatability"])
    variance["repeatability"] = variance["repeatability"] - material
    variance["grr"] = variance["grr"] - material
    check_gauge_varies(refusals, variance["grr"], "the pieces, beyond their material,")
    part, total = variance.pop("part"), variance.pop("total")
    table = variance | {"batch": part, "material": material, "part": part + material, "total": total}
    return dict(zip(table, refusals.blank(*table.values()), strict=True))
