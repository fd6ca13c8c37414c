"""Erasing a person: salt and identity go, the chain and everything proved by it stays."""
