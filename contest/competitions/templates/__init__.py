"""Ready rule sets to start from, one family a module. An organizer chooses one, reads it in words, and edits it."""
