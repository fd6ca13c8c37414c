"""Values that come with an entry (用时, a benefit, its panel), given by code: from a marks file, from seeds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Event
from contest.competitions.queries import rules_in_force
from contest.entries.facts import FactInput, set_facts
from contest.entries.models import Entry
from contest.errors import InvalidError
from contest.i18n import N_, gettext


def set_measures(session: Session, actor: Actor, event: Event, values: Mapping[tuple[str, str], Decimal]) -> int:
    """Sets (entry code, name) -> value, all or none; gives back how many changed. The same twice changes nothing.

    Raises:
        ForbiddenError, ConflictError: as `facts.set_facts`.
        InvalidError: a name that the rule set doesn't use, or a code that no entry has drawn.
    """
    here = (Entry.tenant_id == event.tenant_id, Entry.event_id == event.id)
    ids = {code: entry_id for code, entry_id in session.exec(select(Entry.code, Entry.id).where(*here)) if code}
    names = rules_in_force(session, event).measures()
    for code, name in values:
        if code not in ids or name not in names:
            raise InvalidError(N_("评分办法里没有用到“%(name)s”，或没有加密号 %(code)s。"), name=name, code=code)
    inputs = [
        FactInput(ids[code], f"fact|measure|{name}", format(value, "f"))
        for (code, name), value in sorted(values.items())
    ]
    try:
        return set_facts(session, actor, event, inputs, reason=gettext("从分数文件导入"))
    except InvalidError as error:  # there is no form with boxes here: the first sentence says what is wrong
        raise next(iter(error.fields.values()), error) from None
