"""The living style page: every token, component and layout with real Chinese text (docs/design-system.md)."""
