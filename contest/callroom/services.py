"""What the venue's users do: check in, hand out tickets, draw order and stations."""

from contest.callroom.checking_in import make_tickets, revoke_ticket, set_presence, undo_presence
from contest.callroom.ordering import commit_draw, reveal_draw

__all__ = ["commit_draw", "make_tickets", "reveal_draw", "revoke_ticket", "set_presence", "undo_presence"]
