"""Who stands on the two sides of an act: actors of a tenant, each with one role over all of it."""

from contest.actors import Actor, Grant, Role


def actor(event, role: Role, name: str = "") -> Actor:
    name = name or role.value
    return Actor(account_id=f"account-{name}", name=name, grants=(Grant(role, event.tenant_id, "/"),))
