"""Acceptance sampling: which lots to accept from a sample, and with what risks."""

from hoshin.stats.sampling.characteristic import (
    OperatingCharacteristic,
    OutgoingQualityLimit,
    average_sample_number,
    operating_characteristic,
    outgoing_quality_limit,
)
from hoshin.stats.sampling.find import FoundPlan, ZeroPlan, find_double_plan, find_plan, zero_plan
from hoshin.stats.sampling.plan import AttributePlan, double_plan, multiple_plan, single_plan
from hoshin.stats.sampling.sequential import (
    SequentialCharacteristic,
    SequentialPlan,
    sequential_characteristic,
    sequential_plan,
)
from hoshin.stats.sampling.variables import (
    FoundVariablesPlan,
    LotDecision,
    VariablesPlan,
    acceptance_by_variables,
    decide,
    estimated_nonconforming,
    find_variables_plan,
    variables_plan,
)
from hoshin.stats.sampling.z14 import StandardPlan, code_letter, z14_letter_plan, z14_plan

__all__ = [
    "AttributePlan",
    "FoundPlan",
    "FoundVariablesPlan",
    "LotDecision",
    "OperatingCharacteristic",
    "OutgoingQualityLimit",
    "SequentialCharacteristic",
    "SequentialPlan",
    "StandardPlan",
    "VariablesPlan",
    "ZeroPlan",
    "acceptance_by_variables",
    "average_sample_number",
    "code_letter",
    "decide",
    "double_plan",
    "estimated_nonconforming",
    "find_double_plan",
    "find_plan",
    "find_variables_plan",
    "multiple_plan",
    "operating_characteristic",
    "outgoing_quality_limit",
    "sequential_characteristic",
    "sequential_plan",
    "single_plan",
    "variables_plan",
    "z14_letter_plan",
    "z14_plan",
    "zero_plan",
]
