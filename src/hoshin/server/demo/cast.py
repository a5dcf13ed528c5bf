"""The cast: units, people, what they may do where, and who stands in for whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password

from hoshin.kernel.organization import doors
from hoshin.kernel.organization.actors import acting
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.trail.actors import system

PASSWORD = "flow-and-pressure"
DOMAIN = "meridian-instruments.example"
SITE, DEPARTMENT, TEAM = Unit.Sort.SITE, Unit.Sort.DEPARTMENT, Unit.Sort.TEAM
GRAZ, PORTO, DURHAM = "Europe/Vienna", "Europe/Lisbon", "America/New_York"
BY = system("set-up")

# Code, name, sort, part of, time zone, manager.
UNITS = (
    ("MI", "Meridian Instruments", Unit.Sort.ORGANISATION, None, GRAZ, "helene.aigner"),
    ("QM", "Quality management", DEPARTMENT, "MI", GRAZ, "katharina.lindner"),
    ("SCM", "Purchasing", DEPARTMENT, "MI", GRAZ, "ines.carvalhal"),
    ("CS", "Customer service", DEPARTMENT, "MI", GRAZ, "marcus.thornbury"),
    ("GRZ", "Graz", SITE, "MI", GRAZ, "georg.pichler"),
    ("GRZ-MACH", "Machining", DEPARTMENT, "GRZ", GRAZ, "georg.pichler"),
    ("GRZ-ASM", "Flow meter assembly", DEPARTMENT, "GRZ", GRAZ, "anna.reisinger"),
    ("GRZ-CAL", "Flow calibration laboratory", DEPARTMENT, "GRZ", GRAZ, "mirjam.koller"),
    ("GRZ-LOG", "Receiving and shipping", DEPARTMENT, "GRZ", GRAZ, "bernd.hutter"),
    ("OPO", "Porto", SITE, "MI", PORTO, "sofia.almeida"),
    ("OPO-PCB", "Circuit board assembly", DEPARTMENT, "OPO", PORTO, "sofia.almeida"),
    ("OPO-SMT", "Surface-mount line", TEAM, "OPO-PCB", PORTO, "sofia.almeida"),
    ("OPO-SEN", "Sensor cells", DEPARTMENT, "OPO", PORTO, "nuno.brandao"),
    ("OPO-LOG", "Receiving", DEPARTMENT, "OPO", PORTO, "sofia.almeida"),
    ("DUR", "Durham", SITE, "MI", DURHAM, "latoya.griffin"),
    ("DUR-ASM", "Transmitter assembly", DEPARTMENT, "DUR", DURHAM, "latoya.griffin"),
    ("DUR-CAL", "Pressure calibration", DEPARTMENT, "DUR", DURHAM, "wei.zhang"),
    ("DUR-SVC", "Service and repair", DEPARTMENT, "DUR", DURHAM, "carl.jepsen"),
    ("DUR-LOG", "Packing and shipping", DEPARTMENT, "DUR", DURHAM, "latoya.griffin"),
)


@dataclass(frozen=True)
class Part:
    """One member of the cast: the account, the unit, the role there and what the person does."""

    username: str
    name: str
    unit: str
    role: str
    does: str
    # Where the role holds, when it is not the own unit.
    where: str = ""
    also: tuple[tuple[str, str], ...] = ()


CAST = (
    Part("helene.aigner", "Helene Aigner", "MI", "executive", "Chief executive officer"),
    Part("marcus.thornbury", "Marcus Thornbury", "MI", "executive", "Chief operating officer"),
    Part("ines.carvalhal", "Inês Carvalhal", "MI", "executive", "Chief financial officer"),
    Part("priya.raman", "Priya Raman", "MI", "executive", "Chief technology officer"),
    Part("katharina.lindner", "Katharina Lindner", "QM", "quality manager", "Head of quality", "MI"),
    Part("rui.tavares", "Rui Tavares", "OPO", "quality manager", "Quality manager, Porto"),
    Part("danielle.okafor", "Danielle Okafor", "DUR", "quality manager", "Quality manager, Durham"),
    Part("stefan.hofbauer", "Stefan Hofbauer", "GRZ", "quality engineer", "Quality engineer, Graz"),
    Part("joana.meireles", "Joana Meireles", "OPO", "quality engineer", "Quality engineer, Porto"),
    Part("tyler.bennett", "Tyler Bennett", "DUR", "quality engineer", "Quality engineer, Durham"),
    Part("david.kranz", "David Kranz", "SCM", "quality engineer", "Supplier quality", "MI"),
    Part("georg.pichler", "Georg Pichler", "GRZ-MACH", "process owner", "Machining, site lead of Graz", "GRZ"),
    Part("anna.reisinger", "Anna Reisinger", "GRZ-ASM", "process owner", "Flow meter assembly"),
    Part("mirjam.koller", "Mirjam Koller", "GRZ-CAL", "process owner", "Flow calibration"),
    Part("sofia.almeida", "Sofia Almeida", "OPO-PCB", "process owner", "Circuit boards, site lead of Porto", "OPO"),
    Part("nuno.brandao", "Nuno Brandão", "OPO-SEN", "process owner", "Sensor cells"),
    Part("latoya.griffin", "Latoya Griffin", "DUR-ASM", "process owner", "Transmitters, site lead of Durham", "DUR"),
    Part("wei.zhang", "Wei Zhang", "DUR-CAL", "process owner", "Pressure calibration"),
    Part("carl.jepsen", "Carl Jepsen", "DUR-SVC", "process owner", "Service and repair"),
    Part("birgit.stadler", "Birgit Stadler", "QM", "auditor", "Lead auditor", "MI"),
    Part("kevin.orourke", "Kevin O'Rourke", "DUR", "auditor", "Internal auditor", "MI"),
    Part("elif.demir", "Elif Demir", "GRZ-MACH", "inspector", "In-process inspection, machining", "GRZ"),
    Part("lukas.wimmer", "Lukas Wimmer", "GRZ-LOG", "inspector", "Receiving inspection, Graz", "GRZ"),
    Part("tiago.fonseca", "Tiago Fonseca", "OPO-PCB", "inspector", "Optical inspection", "OPO"),
    Part("beatriz.lobo", "Beatriz Lobo", "OPO-SEN", "inspector", "Sensor cell test", "OPO"),
    Part("monica.reyes", "Monica Reyes", "DUR-ASM", "inspector", "Final inspection, Durham", "DUR"),
    Part("bernd.hutter", "Bernd Hutter", "GRZ-LOG", "employee", "Shift lead, logistics"),
    Part("jasmin.egger", "Jasmin Egger", "GRZ-MACH", "employee", "CNC operator"),
    Part("harald.posch", "Harald Posch", "GRZ-MACH", "employee", "Tool setter"),
    Part("milan.petrovic", "Milan Petrović", "GRZ-ASM", "employee", "Flow meter assembler"),
    Part("clara.winkler", "Clara Winkler", "GRZ-ASM", "employee", "Coil winding"),
    Part("jonas.fuchs", "Jonas Fuchs", "GRZ-CAL", "employee", "Calibration technician"),
    Part("duarte.pires", "Duarte Pires", "OPO-SMT", "employee", "Line operator, solder oven"),
    Part("marta.queiros", "Marta Queirós", "OPO-SMT", "employee", "Process technician, printing"),
    Part("andre.salgado", "André Salgado", "OPO-SEN", "employee", "Bonding technician"),
    Part("ana.rocha", "Ana Rocha", "OPO-LOG", "employee", "Incoming goods"),
    Part("keisha.coleman", "Keisha Coleman", "DUR-ASM", "employee", "Transmitter assembler"),
    Part("brian.kowalski", "Brian Kowalski", "DUR-ASM", "employee", "Pressure test operator"),
    Part("grace.lim", "Grace Lim", "DUR-CAL", "employee", "Calibration technician"),
    Part("omar.haddad", "Omar Haddad", "DUR-LOG", "employee", "Packing"),
    Part("sandra.moser", "Sandra Moser", "CS", "employee", "Customer service", "MI"),
    Part("felix.brunner", "Felix Brunner", "MI", "administrator", "Runs the system", also=(("employee", "QM"),)),
    Part("ewa.kowalczyk", "Ewa Kowalczyk", "", "supplier", "Quality, Zawory Nord (diaphragms)", "SCM"),
    Part("tom.aldridge", "Tom Aldridge", "", "customer", "Maintenance, Northmoor Water", "CS"),
    Part("ulrike.hain", "Ulrike Hain", "", "external auditor", "Auditor of the certification body", "MI"),
)

PARTY_OF = {"ewa.kowalczyk": "Zawory Nord", "tom.aldridge": "Northmoor Water"}
_PARTIES = UUID("6d657269-6469-416e-8000-000000000001")


def party(name: str) -> UUID:
    """The identifier of an outside organisation."""
    return uuid5(_PARTIES, name)


def open_the_house() -> tuple[dict[str, Unit], dict[str, Person]]:
    """Units, people, managers and roles, as the set-up makes them on the first day."""
    units: dict[str, Unit] = {}
    for code, name, sort, within, zone, _manager in UNITS:
        units[code] = Unit(code=code, name=name, sort=sort, parent=units.get(within), timezone=zone)
    doors.add_units(list(units.values()), by=BY)
    people = {part.username: _person(part, units) for part in CAST}
    shared = doors.SharedPassword(make_password(PASSWORD))
    doors.add_people([(person, shared) for person in people.values()], by=BY)
    for code, _name, _sort, _within, _zone, manager in UNITS:
        doors.change_unit(units[code], by=BY, manager=people[manager])
    for part in CAST:
        for role, unit in ((part.role, part.where or part.unit), *part.also):
            doors.grant(people[part.username], role, units[unit], by=BY)
    return units, people


def _person(part: Part, units: dict[str, Unit]) -> Person:
    where = PARTY_OF.get(part.username)
    return Person(
        username=part.username,
        name=part.name,
        email="" if where else f"{part.username}@{DOMAIN}",
        unit=units.get(part.unit),
        party=party(where) if where else None,
    )


def delegate(people: dict[str, Person], giver: str, to: str, since: datetime, days: int, purpose: str) -> None:
    """Leave given to stand in for somebody who is away."""
    until = since + timedelta(days=days)
    doors.delegate(people[giver], people[to], by=acting(people[giver]), since=since, until=until, purpose=purpose)
