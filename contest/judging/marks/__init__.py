"""From an operation of a tablet to a mark: decided, stored, settled, imported, followed back."""
