"""The characteristics: some thirteen thousand measurements come from what stands here, and so do the planted signals."""

from .catalogue import Effect, Property

WE, NELSON, BEYOND = "western_electric", "nelson", "beyond"
HOLD = "Stop the station, hold everything since the last good sample, tell the quality engineer. "

SIGNALLING = (
    Property(
        "bore", "Bore diameter of the MF-100 body", "MF-100", "GRZ-MACH", "georg.pichler", "xbar_r", WE, "mm",
        50.012, 0.004, subgroup=5, limits=(49.990, 50.012, 50.034), decimals=4, gauge="CMM Graz 1",
        plan="Five bodies in a row, two times a week, at the end of the boring cycle.",
        reaction=HOLD + "Check the insert and the tool offset before the next body is clamped.",
        opens_nonconformity=True, effects=(Effect("drift", 36, 45, 2.6),), signals=((36, 49),),
    ),
    Property(
        "diaphragm", "Diaphragm thickness of SC-12 at receiving", "SC-12", "OPO-SEN", "nuno.brandao", "i_mr", WE, "µm",
        250.0, 1.5, a_week=3, limits=(240, 250, 260), decimals=1, gauge="Confocal sensor CF-2",
        plan="One blank of each delivered stack, three stacks a week.",
        reaction="Block the lot, measure ten more blanks of it, tell supplier quality.",
        opens_nonconformity=True, effects=(Effect("shift", 58, 62, 3.4),), signals=((58, 65),),
    ),
    Property(
        "seal", "Leaking seals at the pressure test of PT-350", "PT-350", "DUR-ASM", "latoya.griffin", "p", WE, "units",
        0.13, size=100, plan="All transmitters of a shift, counted per hundred.", gauge="Test rig P4",
        reaction="Pull the leaking units, change the seal lot, look at the groove of the housing.",
        effects=(Effect("rate", 70, None, 0.38),), signals=((70, 84),), baselines=((0, 16, 18), (71, 84, 84)),
    ),
    Property(
        "solder", "Solder defects per TB-7 panel of 4 boards", "TB-7", "OPO-SMT", "sofia.almeida", "c", WE, "defects",
        5.0, a_week=3, plan="One panel in the first hour of a shift, automatic optical inspection.", gauge="AOI line 1",
        reaction="Stop the line. Check the stencil, the paste's age and the oven profile against the setting sheet.",
        opens_nonconformity=True, effects=(Effect("rate", 99.2, None, 2.3),), signals=((99, 104),),
    ),
    Property(
        "zero", "Zero offset of PT-300 after temperature cycling", "PT-300", "DUR-CAL", "wei.zhang", "i_mr", WE, "mV",
        0.0, 0.04, a_week=4, limits=(-0.25, 0, 0.25), gauge="Bridge reader BR-7",
        plan="One transmitter a day after ten cycles between -20 and 85 °C.",
        reaction="Cycle the unit again; if it repeats, hold the lot of sensor cells.",
        effects=(Effect("shift", 76, None, 2.4),), signals=((76, 104),),
    ),
    Property(
        "torque", "Tightening torque of MF-200 flange screws", "MF-200", "GRZ-ASM", "anna.reisinger", "xbar_r", BEYOND, "Nm",
        62.0, 1.1, subgroup=4, limits=(55, 62, 69), decimals=1, gauge="Torque tester TT-3",
        plan="Four screws of one meter, two meters a week, breakaway torque.",
        reaction=HOLD + "Check the setting of the nutrunner with the master transducer.",
        effects=(Effect("shift", 103.3, None, 4.2),), signals=((103, 104),),
    ),
    Property(
        "span", "Span error of PT-320 at calibration", "PT-320", "DUR-CAL", "wei.zhang", "xbar_s", BEYOND, "% of span",
        0.0, 0.018, subgroup=6, limits=(-0.1, 0, 0.1), decimals=4, gauge="Pressure controller PC-2",
        plan="Six points of one transmitter, two transmitters a week.",
        reaction="Repeat with the second controller; if the spread follows the controller, take it out of use.",
        opens_nonconformity=True, effects=(Effect("spread", 50, 55, 2.6),), signals=((50, 56),),
    ),
    Property(
        "contrast", "Display contrast of LD-4", "LD-4", "OPO-PCB", "sofia.almeida", "i_mr", BEYOND, "%",
        74.0, 1.6, a_week=3, limits=(64, 74, None), decimals=1, gauge="Luminance meter L1",
        plan="One display of a batch, three times a week.", reaction="Measure five more of the batch.",
        effects=(Effect("step", 64.2, 64.4, 4.3),), signals=((64, 65),),
    ),
)  # fmt: skip

QUIET = (
    Property(
        "runout", "Face runout of the MF-200 flange", "MF-200", "GRZ-MACH", "georg.pichler", "xbar_r", WE, "mm",
        0.031, 0.005, subgroup=4, limits=(None, 0.03, 0.055), decimals=4, gauge="Dial gauge DG-11",
        plan="Four flanges of a setting.", reaction=HOLD + "Clean the clamping faces, check the chuck.",
    ),
    Property(
        "lining", "Lining thickness of MF-200", "MF-200", "GRZ-ASM", "anna.reisinger", "i_mr", BEYOND, "mm",
        4.20, 0.11, a_week=3, limits=(3.7, 4.2, 4.7), decimals=2, gauge="Eddy-current probe E2",
        plan="One body of each vulcanising load.", reaction="Hold the load, check the mould temperature.",
    ),
    Property(
        "electrode", "Insulation resistance between electrodes of MF-100", "MF-100", "GRZ-ASM", "anna.reisinger", "i_mr",
        NELSON, "GΩ", 48.0, 3.2, a_week=2, limits=(30, 48, None), decimals=1, gauge="Insulation tester IT-5",
        plan="One meter of a batch, at 500 V.", reaction="Dry the batch and measure it again.",
    ),
    Property(
        "coil", "Coil resistance of MF-100", "MF-100", "GRZ-ASM", "anna.reisinger", "xbar_s", BEYOND, "Ω",
        112.4, 0.42, subgroup=5, limits=(110, 112.4, 114.8), decimals=2, gauge="Ohmmeter R-9",
        plan="Five coils of a spool.", reaction="Hold the spool, check the wire tension.",
    ),
    Property(
        "tube", "Wall thickness of CF-25 measuring tubes", "CF-25", "GRZ-LOG", "georg.pichler", "xbar_s", BEYOND, "mm",
        0.890, 0.006, subgroup=4, limits=(0.860, 0.890, 0.920), decimals=4, gauge="Ultrasonic gauge U3",
        plan="Four places around one tube of each delivery.", reaction="Block the delivery, tell supplier quality.",
    ),
    Property(
        "stability", "Zero stability of CF-25", "CF-25", "GRZ-CAL", "mirjam.koller", "i_mr", NELSON, "kg/h",
        0.062, 0.006, a_week=2, limits=(None, 0.05, 0.090), decimals=4, gauge="Rig F2",
        plan="Each meter, thirty minutes without flow; every tenth is charted.", reaction="Repeat on rig F1.",
    ),
    Property(
        "response", "Step response time of UF-10", "UF-10", "GRZ-CAL", "mirjam.koller", "i_mr", WE, "ms",
        436.0, 27.0, a_week=3, limits=(None, 400, 500), decimals=0, gauge="Rig F3",
        plan="One pair of transducers a day, step from 0.5 to 2 m/s.",
        reaction="Check the couplant and the spacing, measure again.",
    ),
    Property(
        "sensitivity", "Sensitivity of UF-10 transducers", "UF-10", "GRZ-CAL", "mirjam.koller", "i_mr", BEYOND, "mV/kPa",
        18.4, 0.5, a_week=3, limits=(16, 18.4, 20.8), decimals=2, gauge="Rig F3", plan="One pair a day.",
        reaction="Hold the bonding lot.",
    ),
    Property(
        "weld", "Weld penetration of PT-320", "PT-320", "DUR-ASM", "latoya.griffin", "i_mr", WE, "mm",
        0.84, 0.035, a_week=2, limits=(0.65, 0.84, None), gauge="Microsection, microscope M2",
        plan="One cut a shift change of gas or nozzle.", reaction=HOLD + "Check gas flow and focus.",
    ),
    Property(
        "rig", "Reference flow of rig F2 against the gravimetric standard", "MF-100", "GRZ-CAL", "mirjam.koller", "i_mr", WE,
        "%", 0.004, 0.012, a_week=2, limits=(-0.05, 0, 0.05), decimals=4, gauge="Balance B1",
        plan="Two comparisons a week at 30 m³/h.", reaction="Stop the rig; recall what it calibrated since the last good check.",
    ),
    Property(
        "bridge", "Bridge offset of SC-12", "SC-12", "OPO-SEN", "nuno.brandao", "xbar_r", BEYOND, "mV/V",
        0.02, 0.11, subgroup=5, limits=(-0.8, 0, 0.8), gauge="Wafer prober W1", plan="Five cells of a firing lot.",
        reaction="Hold the firing lot, look at the glass solder.",
    ),
    Property(
        "void", "Void area under the SC-12 bond", "SC-12", "OPO-SEN", "nuno.brandao", "i_mr", BEYOND, "%",
        3.6, 0.55, a_week=3, limits=(None, 2, 6.0), decimals=2, gauge="X-ray XR-1", plan="One cell of a bonding tray.",
        reaction="Hold the tray, check vacuum and paste.",
    ),
    Property(
        "burnin", "Failures in the burn-in of TB-7", "TB-7", "OPO-PCB", "sofia.almeida", "np", BEYOND, "boards",
        0.045, size=120, plan="All boards of a burn-in cabinet.", reaction="Keep the failed boards for analysis.",
        gauge="Cabinet BI-2",
    ),
    Property(
        "cosmetic", "Cosmetic defects per LD-4 case", "LD-4", "OPO-PCB", "sofia.almeida", "u", BEYOND, "defects",
        0.11, size=60, plan="Sixty cases of a moulding lot, eye at 30 cm.", reaction="Tell the moulder, sort the lot.",
    ),
    Property(
        "housing", "Scratched housings of PT-350 at final inspection", "PT-350", "DUR-ASM", "latoya.griffin", "p", BEYOND,
        "units", 0.055, size=100, plan="All units of a shift, per hundred.",
        reaction="Look at trays and gloves of the shift.", gauge="Limit sample set H",
    ),
)  # fmt: skip

# Measures of the work itself: charted where people ask for it, without a reaction plan and so without alerts.
WATCHED = (
    Property(
        "certificates", "Calibration certificates with a missing or wrong entry", "MF-100", "GRZ-CAL", "mirjam.koller", "p",
        BEYOND, "certificates", 0.080, size=80, plan="All certificates of the week, checked before dispatch.",
        effects=(Effect("rate", 46, None, 0.30),),
    ),
    Property(
        "rework", "Rework per flow meter", "MF-200", "GRZ-ASM", "anna.reisinger", "i_mr", BEYOND, "min",
        21.0, 4.0, a_week=4, decimals=1, plan="Mean of a day, from the work orders.", effects=(Effect("shift", 66, None, -1.4),),
    ),
    Property(
        "labels", "Wrong or missing labels at packing", "PT-300", "DUR-LOG", "latoya.griffin", "np", BEYOND, "parcels",
        0.060, size=150, plan="All parcels of a day, two days a week.", effects=(Effect("rate", 54, None, 0.25),),
    ),
    Property(
        "turnaround", "Turnaround of repairs", "PT-350", "DUR-SVC", "carl.jepsen", "i_mr", BEYOND, "days",
        11.5, 2.6, a_week=3, decimals=1, plan="Each third repair, goods in to goods out.", effects=(Effect("shift", 60, None, -1.3),),
    ),
    Property(
        "late", "Late deliveries of suppliers", "SC-12", "OPO-LOG", "sofia.almeida", "p", BEYOND, "deliveries",
        0.14, size=60, plan="All deliveries of half a week.", effects=(Effect("rate", 97, None, 0.6),),
    ),
    Property(
        "records", "Torque entries missing per work order", "MF-200", "GRZ-ASM", "anna.reisinger", "u", BEYOND, "entries",
        0.22, size=40, plan="Forty work orders, at filing.", effects=(Effect("rate", 98, None, 0.45),),
    ),
    Property(
        "picking", "Picking errors in the spare-parts store", "PT-320", "DUR-SVC", "carl.jepsen", "p", BEYOND, "orders",
        0.035, size=90, plan="All orders of half a week.", baselines=(),
    ),
    Property(
        "laser", "Laser power at the welding station of PT-320", "PT-320", "DUR-ASM", "latoya.griffin", "ewma", BEYOND, "W",
        412.0, 3.1, a_week=3, limits=(395, 412, 430), decimals=1, gauge="Power meter LM-2", plan="Three readings a week at the lens.",
        effects=(Effect("shift", 80, None, -1.0),), signals=((80, 104),),
    ),
    Property(
        "rinse", "Conductivity of the rinse water before bonding", "SC-12", "OPO-SEN", "nuno.brandao", "cusum", BEYOND, "µS/cm",
        4.2, 0.35, a_week=3, limits=(None, 4, 6.0), decimals=2, gauge="Conductivity probe C4", plan="At the start of a shift.",
        effects=(Effect("shift", 88, None, 1.0),), signals=((88, 104),),
    ),
    Property(
        "pseudo", "Pseudo-errors of the optical inspection of TB-7", "TB-7", "OPO-SMT", "sofia.almeida", "laney_p", BEYOND,
        "solder joints", 0.012, size=20_000, plan="All joints of a day, two days a week.", gauge="AOI line 1",
    ),
    Property(
        "stops", "Hours between stops of the reflow oven", "TB-7", "OPO-SMT", "sofia.almeida", "t", BEYOND, "h",
        60.0, decimals=1, plan="From the line's log.", effects=(Effect("rate", 70, None, 0.7),),
    ),
    Property(
        "failures", "Meters shipped between two early field failures", "MF-200", "GRZ-ASM", "anna.reisinger", "g", BEYOND, "meters",
        160.0, decimals=0, plan="From the service reports of the first three months of use.",
        effects=(Effect("rate", 76, None, 0.8),),
    ),
)  # fmt: skip

PROPERTIES = (*SIGNALLING, *QUIET, *WATCHED)
