"""Acceptance sampling: which lots to accept from a sample, and with what risks."""

from hoshin.stats.sampling.characteristic import (
    OperatingCharacteristic,
    OutgoingQualityLimit,
    average_sample_number,
    operating_characteristic,
    outgoing_quality_limit,
    quality_at,
)
from hoshin.stats.sampling.continuous import (
    ContinuousCharacteristic,
    ContinuousPlan,
    continuous_characteristic,
    find_continuous_plan,
)
from hoshin.stats.sampling.find import FoundPlan, ZeroPlan, find_double_plan, find_plan, zero_plan
from hoshin.stats.sampling.plan import AttributePlan, double_plan, multiple_plan, single_plan
from hoshin.stats.sampling.scheme import SchemeCharacteristic, scheme_characteristic
from hoshin.stats.sampling.sequential import (
    SequentialCharacteristic,
    SequentialPlan,
    sequential_characteristic,
    sequential_plan,
)
from hoshin.stats.sampling.skip_lot import SkipLotCharacteristic, skip_lot_characteristic
from hoshin.stats.sampling.switching import InspectionState, after_lot, start_inspection
from hoshin.stats.sampling.variables import (
    FoundVariablesPlan,
    LotDecision,
    VariablesPlan,
    acceptance_by_variables,
    decide,
    estimated_nonconforming,
    find_variables_plan,
    match_attributes,
    variables_plan,
)
from hoshin.stats.sampling.z14 import StandardPlan, code_letter, z14_letter_plan, z14_plan
from hoshin.stats.sampling.z19 import (
    StandardVariablesPlan,
    z19_code_letter,
    z19_letter_plan,
    z19_plan,
)

__all__ = [
    "AttributePlan",
    "ContinuousCharacteristic",
    "ContinuousPlan",
    "FoundPlan",
    "FoundVariablesPlan",
    "InspectionState",
    "LotDecision",
    "OperatingCharacteristic",
    "OutgoingQualityLimit",
    "SchemeCharacteristic",
    "SequentialCharacteristic",
    "SequentialPlan",
    "SkipLotCharacteristic",
    "StandardPlan",
    "StandardVariablesPlan",
    "VariablesPlan",
    "ZeroPlan",
    "acceptance_by_variables",
    "after_lot",
    "average_sample_number",
    "code_letter",
    "continuous_characteristic",
    "decide",
    "double_plan",
    "estimated_nonconforming",
    "find_continuous_plan",
    "find_double_plan",
    "find_plan",
    "find_variables_plan",
    "match_attributes",
    "multiple_plan",
    "operating_characteristic",
    "outgoing_quality_limit",
    "quality_at",
    "scheme_characteristic",
    "sequential_characteristic",
    "sequential_plan",
    "single_plan",
    "skip_lot_characteristic",
    "start_inspection",
    "variables_plan",
    "z14_letter_plan",
    "z14_plan",
    "z19_code_letter",
    "z19_letter_plan",
    "z19_plan",
    "zero_plan",
]
