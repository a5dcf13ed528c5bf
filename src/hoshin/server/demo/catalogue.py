"""The catalogue: what Meridian makes, and the properties it measures and counts there."""

from dataclasses import dataclass

PRODUCTS = (
    # Code, title, part number, family, unit, owner, description.
    ("MF-100", "Electromagnetic flow meter MF-100, DN 50", "MI-1100-050", "Flow meters", "GRZ-ASM", "anna.reisinger",
     "Wafer body of 1.4408 with PFA lining, for water and dosing. Measuring error 0.3 % of reading."),
    ("MF-200", "Electromagnetic flow meter MF-200, DN 100", "MI-1200-100", "Flow meters", "GRZ-ASM", "anna.reisinger",
     "Flanged body with hard-rubber lining for waste water. Measuring error 0.5 % of reading."),
    ("CF-25", "Coriolis mass flow meter CF-25", "MI-1500-025", "Flow meters", "GRZ-ASM", "anna.reisinger",
     "Twin-tube sensor of Alloy C22 for batching; mass flow 0.1 %, density 0.5 g/l."),
    ("UF-10", "Clamp-on ultrasonic flow meter UF-10", "MI-1700-010", "Flow meters", "GRZ-ASM", "mirjam.koller",
     "Portable pair of transducers with couplant pads, for surveys without cutting the pipe."),
    ("PT-300", "Pressure transmitter PT-300", "MI-3300-000", "Pressure transmitters", "DUR-ASM", "latoya.griffin",
     "Gauge pressure up to 40 bar, two-wire, 4 to 20 mA. Total error 0.1 % of span."),
    ("PT-320", "Differential pressure transmitter PT-320", "MI-3320-000", "Pressure transmitters", "DUR-ASM",
     "latoya.griffin", "For level and filter monitoring, static pressure up to 160 bar."),
    ("PT-350", "Hygienic pressure transmitter PT-350", "MI-3350-000", "Pressure transmitters", "DUR-ASM",
     "latoya.griffin", "Flush diaphragm, clamp connection, cleaned in place up to 140 °C."),
    ("SC-12", "Ceramic pressure sensor cell SC-12", "MI-8012-000", "Components", "OPO-SEN", "nuno.brandao",
     "Capacitive cell with an alumina diaphragm; goes into every PT transmitter."),
    ("TB-7", "Transmitter board TB-7", "MI-8107-000", "Components", "OPO-PCB", "sofia.almeida",
     "Six-layer board with the signal converter, four boards on a panel."),
    ("LD-4", "Loop-powered display LD-4", "MI-8204-000", "Components", "OPO-PCB", "sofia.almeida",
     "Plug-on display for the transmitters' housing."),
)  # fmt: skip


SORTS = {"p": "defectives", "np": "defectives", "laney_p": "defectives", "c": "defects", "u": "defects"}


@dataclass(frozen=True)
class Effect:
    """Something that was done to the data: when it began and ended (in weeks), and how large it is.

    drift: the mean moves evenly by so many sigma until the end, then falls back; shift: it moves at once;
    spread: sigma is so many times as large; rate: the proportion or rate is so many times as large; step: a shift and
    a return that both take single points. ``until`` None lasts on.
    """

    sort: str
    since: float
    until: float | None
    size: float


@dataclass(frozen=True)
class Property:
    """A characteristic: where it is measured, how it is judged, and the process that makes its data."""

    code: str
    title: str
    product: str
    unit: str
    owner: str
    chart: str
    rules: str
    measure: str
    # The process: mean and sigma of a variable; the proportion (with the sample size) or rate of a count.
    mean: float
    sigma: float = 0.0
    size: int = 0
    subgroup: int = 1
    a_week: int = 2
    limits: tuple[float | None, float | None, float | None] = (None, None, None)
    decimals: int = 3
    gauge: str = ""
    plan: str = ""
    reaction: str = ""
    opens_nonconformity: bool = False
    effects: tuple[Effect, ...] = ()
    # Weeks in which signals are planted; anywhere else the chart is quiet.
    signals: tuple[tuple[float, float], ...] = ()
    # Baselines: computed from the weeks of the first two numbers, frozen in the week of the third.
    baselines: tuple[tuple[int, int, int], ...] = ((0, 16, 18),)
    frozen_by: str = ""

    @property
    def sort(self) -> str:
        return SORTS.get(self.chart, "variable")

    @property
    def monitored(self) -> bool:
        """Whether a signal asks for something: without a reaction plan it is only watched."""
        return bool(self.reaction)
