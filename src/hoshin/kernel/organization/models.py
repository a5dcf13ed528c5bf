"""People, units, grants and delegations: regulated rows with validity, never deleted."""

import hashlib
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.trail import clock
from hoshin.kernel.trail.models import GuardedQuerySet, Regulated

from .names import normalised
from .roles import ROLES


class ValidQuerySet(GuardedQuerySet):
    """Rows with a validity interval: from ``since`` (inclusive) until ``until`` (exclusive, open when empty)."""

    def valid(self, at: Any = None):
        at = at or clock.now()
        return self.filter(Q(since__lte=at), Q(until__isnull=True) | Q(until__gt=at))


class Unit(Regulated):
    """A part of the organisation: the whole, a site, a department, a team. Units form a tree."""

    class Sort(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        SITE = "site", _("Site")
        DEPARTMENT = "department", _("Department")
        TEAM = "team", _("Team")

    subject = "unit"
    state_fields = {"name": False, "code": False, "sort": False, "parent": False, "manager": False, "timezone": False}

    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=20, unique=True)
    sort = models.CharField(_("kind of unit"), max_length=20, choices=Sort, default=Sort.DEPARTMENT)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        to_field="uid",
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    manager = models.ForeignKey(
        "Person", models.PROTECT, to_field="uid", null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.timezone not in available_timezones():
            raise ValidationError(
                {"timezone": _("There is no time zone “%(zone)s”; one is Europe/Berlin.") % {"zone": self.timezone}}
            )


class UnitWithin(models.Model):
    """The unit tree spelled out: ``unit`` lies within ``whole`` (itself included). Derived, remade by the units' door."""

    whole = models.ForeignKey(Unit, models.CASCADE, to_field="uid", related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, to_field="uid", related_name="+")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["whole", "unit"], name="unit_within_once")]
        indexes = [models.Index(fields=["unit", "whole"], name="unit_within_reverse")]


class PersonManager(BaseUserManager.from_queryset(GuardedQuerySet)):
    def get_by_natural_key(self, username: str):
        return self.get(username=normalised(username))


class Person(AbstractBaseUser, Regulated):
    """Somebody who works with the system. Accounts are closed, never deleted, and a name is never given twice."""

    subject = "person"
    state_fields = {
        "username": True,
        "name": True,
        "email": True,
        "unit": False,
        "active": False,
        "language": False,
        "party": False,
        "password": False,
    }

    last_login = None  # signing in is an entry, not a column that changes unseen

    username = models.CharField(_("user name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="uid", null=True, blank=True, related_name="people")
    active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Whom an outside person belongs to: the uid of a supplier's or customer's record.
    party = models.UUIDField(_("party"), null=True, blank=True)

    USERNAME_FIELD = "username"
    objects = PersonManager()

    class Meta:
        ordering = ["name"]
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.active

    def state_value(self, name: str) -> Any:
        if name == "password":
            # The stored hash holds a random salt, so its digest tells nothing, yet a swapped hash is found.
            return hashlib.sha256(self.password.encode()).hexdigest()
        return super().state_value(name)

    def clean(self) -> None:
        self.username = normalised(self.username)
        if Person.objects.filter(username=self.username).exclude(pk=self.pk).exists():
            raise ValidationError({"username": _("The user name %(name)s is taken.") % {"name": self.username}})


class Grant(Regulated):
    """A role given to a person for a unit (and all within it) and a time."""

    subject = "grant"
    state_fields = {"person": False, "role": False, "unit": False, "since": False, "until": False}

    person = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="grants")
    role = models.CharField(_("role"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="uid", related_name="grants")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "role"], name="grant_person_role")]

    def __str__(self) -> str:
        return f"{ROLES[self.role].label} · {self.unit}"


class Delegation(Regulated):
    """Leave given by one person to another to act in their place for a time; both stand in the ledger."""

    subject = "delegation"
    state_fields = {"delegator": False, "delegate": False, "since": False, "until": False, "purpose": True}

    delegator = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="given")
    delegate = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="received")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)

    objects = ValidQuerySet.as_manager()
