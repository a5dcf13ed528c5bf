"""Programs that call the API as somebody of the cast, with a token."""

import json
from typing import Any

from django.test import Client

from hoshin.kernel.access import identity
from hoshin.kernel.organization.actors import acting


class Caller:
    """One person's program."""

    def __init__(self, person: Any, **told: Any):
        self.secret = identity.give_token(person, "tests", by=acting(person), **told)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, path: str, asked: Any = None, **more: Any) -> Any:
        return self.client.get(f"/api/{path}", asked, **more)

    def send(self, method: str, path: str, data: Any, **more: Any) -> Any:
        raw = data if isinstance(data, bytes | str) else json.dumps(data)
        return self.client.generic(method, f"/api/{path}", raw, content_type="application/json", **more)

    def post(self, path: str, data: Any, **more: Any) -> Any:
        return self.send("POST", path, data, **more)

    def patch(self, path: str, data: Any, **more: Any) -> Any:
        return self.send("PATCH", path, data, **more)

    def put(self, path: str, data: Any, **more: Any) -> Any:
        return self.send("PUT", path, data, **more)

    def delete(self, path: str, data: Any, **more: Any) -> Any:
        return self.send("DELETE", path, data, **more)


def at(row: Any, rest: str = "") -> str:
    """The address of a record below /api/."""
    return f"{row.spec.slug}/{row.number}{rest}"
