"""The score sheet of a judge and the outbox of a tablet."""
