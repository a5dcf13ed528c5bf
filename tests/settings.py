"""Settings of the test suite: the product's own, with a throw-away home and fast password hashing."""

import os
import tempfile

os.environ["HOSHIN_HOME"] = tempfile.mkdtemp(prefix="hoshin-test-")

from hoshin.server.settings import *  # noqa: F403
from hoshin.server.settings import DATABASES, INSTALLED_APPS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.planted"]
DATABASES = {"default": {**DATABASES["default"], "CONN_MAX_AGE": 0}}
HOSHIN_READS = "default"  # a test's transaction is seen by its own connection alone
