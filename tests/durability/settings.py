"""Settings of a real house on the disk, for processes that are killed: the product's own, with fast password hashing."""

from hoshin.server.settings import *  # noqa: F403
from hoshin.server.settings import INSTALLED_APPS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.planted"]
