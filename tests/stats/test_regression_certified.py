"""Linear regression against the certified values of NIST's Statistical Reference Datasets."""

import math

import numpy as np
import pytest

from hoshin.stats.regression import linear_regression

NORRIS = """
0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6 778.9 777.0
559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 448.9 447.5 10.8 11.6 557.7 556.0 228.3 228.1
998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3 0.6 0.3 557.6 556.8 339.3 339.1 888.0 887.2 998.5 999.0 778.9 779.0
10.2 11.1 117.6 118.3 228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
"""
PONTIUS = """
.11019 .21956 .32949 .43899 .54803 .65694 .76562 .87487 .98292 1.09146 1.20001 1.30822 1.41599 1.52399 1.63194 1.73947
1.84646 1.95392 2.06128 2.16844 .11052 .22018 .32939 .43886 .54798 .65739 .76596 .87474 .98300 1.09150 1.20004 1.30818
1.41613 1.52408 1.63159 1.73965 1.84696 1.95445 2.06177 2.16829
"""
# y and x in turn.
FILIP = """
0.8116 -6.860120914 0.9072 -4.324130045 0.9052 -4.358625055 0.9039 -4.358426747 0.8053 -6.955852379 0.8377 -6.661145254
0.8667 -6.355462942 0.8809 -6.118102026 0.7975 -7.115148017 0.8162 -6.815308569 0.8515 -6.519993057 0.8766 -6.204119983
0.8885 -5.853871964 0.8859 -6.109523091 0.8959 -5.79832982 0.8913 -5.482672118 0.8959 -5.171791386 0.8971 -4.851705903
0.9021 -4.517126416 0.909 -4.143573228 0.9139 -3.709075441 0.9199 -3.499489089 0.8692 -6.300769497 0.8872 -5.953504836
0.89 -5.642065153 0.891 -5.031376979 0.8977 -4.680685696 0.9035 -4.329846955 0.9078 -3.928486195 0.7675 -8.56735134
0.7705 -8.363211311 0.7713 -8.107682739 0.7736 -7.823908741 0.7775 -7.522878745 0.7841 -7.218819279 0.7971 -6.920818754
0.8329 -6.628932138 0.8641 -6.323946875 0.8804 -5.991399828 0.7668 -8.781464495 0.7633 -8.663140179 0.7678 -8.473531488
0.7697 -8.247337057 0.77 -7.971428747 0.7749 -7.676129393 0.7796 -7.352812702 0.7897 -7.072065318 0.8131 -6.774174009
0.8498 -6.478861916 0.8741 -6.159517513 0.8061 -6.835647144 0.846 -6.53165267 0.8751 -6.224098421 0.8856 -5.910094889
0.8919 -5.598599459 0.8934 -5.290645224 0.894 -4.974284616 0.8957 -4.64454848 0.9047 -4.290560426 0.9129 -3.885055584
0.9209 -3.408378962 0.9219 -3.13200249 0.7739 -8.726767166 0.7681 -8.66695597 0.7665 -8.511026475 0.7703 -8.165388579
0.7702 -7.886056648 0.7761 -7.588043762 0.7809 -7.283412422 0.7961 -6.995678626 0.8253 -6.691862621 0.8602 -6.392544977
0.8809 -6.067374056 0.8301 -6.684029655 0.8664 -6.378719832 0.8834 -6.065855188 0.8898 -5.752272167 0.8964 -5.132414673
0.8963 -4.811352704 0.9074 -4.098269308 0.9119 -3.66174277 0.9228 -3.2644011
"""
# Certified coefficients and their standard deviations, from the constant up.
FILIP_CERTIFIED = [
    (-1467.48961422980, 298.084530995537),
    (-2772.17959193342, 559.779865474950),
    (-2316.37108160893, 466.477572127796),
    (-1127.97394098372, 227.204274477751),
    (-354.478233703349, 71.6478660875927),
    (-75.1242017393757, 15.2897178747400),
    (-10.8753180355343, 2.23691159816033),
    (-1.06221498588947, 0.221624321934227),
    (-0.670191154593408e-01, 0.142363763154724e-01),
    (-0.246781078275479e-02, 0.535617408889821e-03),
    (-0.402962525080404e-04, 0.896632837373868e-05),
]
WAMPLER_DELTA = np.array([759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048])
WAMPLER_DELTA = np.concatenate([WAMPLER_DELTA, WAMPLER_DELTA[-2::-1]]).astype(float)
WAMPLER_X = np.arange(21.0)
WAMPLER_ERRORS = [
    2152.32624678170,
    2363.55173469681,
    779.343524331583,
    101.475507550350,
    5.64566512170752,
    0.112324854679312,
]


def numbers(text):
    return np.array(text.split(), dtype=float)


def powers(x, degree):
    return np.stack([x**k for k in range(1, degree + 1)], axis=1)


def digits(found, certified):
    """The fewest digits that any of the figures shares with the certified one."""
    error = np.abs(np.asarray(found) - certified) / np.abs(certified)
    return -math.log10(max(float(error.max()), 1e-16))


def test_norris():
    y, x = numbers(NORRIS).reshape(-1, 2).T
    fit = linear_regression(x, y)

    assert digits(fit.coefficients, [-0.262323073774029, 1.00211681802045]) > 11
    assert digits(fit.standard_errors, [0.232818234301152, 0.429796848199937e-03]) > 12
    assert digits([fit.residual_sd, fit.r_squared], [0.884796396144373, 0.999993745883712]) > 12
    assert digits(fit.f, 5436385.54079785) > 12


def test_pontius():
    x = np.tile(np.arange(150_000.0, 3_000_001, 150_000), 2)
    fit = linear_regression(powers(x, 2), numbers(PONTIUS))

    assert digits(fit.coefficients, [0.673565789473684e-03, 0.732059160401003e-06, -0.316081871345029e-14]) > 10
    assert digits(fit.standard_errors, [0.107938612033077e-03, 0.157817399981659e-09, 0.486652849992036e-16]) > 12
    assert digits([fit.residual_sd, fit.r_squared], [0.205177424076185e-03, 0.999999900178537]) > 12


def test_filip():
    # A polynomial of degree ten in its raw powers: most programs refuse it. Rounding the powers costs half the digits.
    y, x = numbers(FILIP).reshape(-1, 2).T
    fit = linear_regression(powers(x, 10), y)
    coefficients, errors = np.array(FILIP_CERTIFIED).T

    assert digits(fit.coefficients, coefficients) > 7
    assert digits(fit.standard_errors, errors) > 7
    assert digits([fit.residual_sd, fit.r_squared], [0.334801051324544e-02, 0.996727416185620]) > 7.5


@pytest.mark.parametrize("base", [1.0, 0.1])
def test_wampler_1_and_2_are_exact(base):
    # y = 1 + base x + (base x)^2 + ...: nothing is left over, all errors are 0 and F infinite.
    y = sum((base * WAMPLER_X) ** k for k in range(6))
    fit = linear_regression(powers(WAMPLER_X, 5), y)

    assert digits(fit.coefficients, base ** np.arange(6.0)) > 8
    assert (fit.residual_sd, fit.r_squared, fit.f, fit.standard_errors.max()) == (0.0, 1.0, math.inf, 0.0)
    assert [check.holds for check in fit.checks if "exact" in check.found] == [False]
    assert type(fit).from_json(fit.to_json()) == fit


@pytest.mark.parametrize("factor", [1.0, 100.0, 10_000.0])
def test_wampler_3_4_and_5(factor):
    y = sum(WAMPLER_X**k for k in range(6)) + factor * WAMPLER_DELTA
    fit = linear_regression(powers(WAMPLER_X, 5), y)

    assert y[:3].tolist() == [1 + 759 * factor, 6 - 2048 * factor, 63 + 2048 * factor]
    assert digits(fit.coefficients, np.ones(6)) > 6
    assert digits(fit.standard_errors, factor * np.array(WAMPLER_ERRORS)) > 10
    assert digits(fit.residual_sd, factor * 2360.14502379268) > 11


def test_no_intercept_1_and_2():
    one = linear_regression(np.arange(60.0, 71), np.arange(130.0, 141), constant=False)
    two = linear_regression([4.0, 5, 6], [3.0, 4, 4], constant=False)

    assert (
        digits(
            [one.coefficients[0], one.standard_errors[0], one.residual_sd, one.r_squared, one.f],
            [2.07438016528926, 0.165289256198347e-01, 3.56753034006338, 0.999365492298663, 15750.25],
        )
        > 12
    )
    assert (
        digits(
            [two.coefficients[0], two.standard_errors[0], two.residual_sd, two.r_squared],
            [0.727272727272727, 0.420827318078432e-01, 0.369274472937998, 0.993348115299335],
        )
        > 12
    )
