"""The fairness report of a panel: what its marks say about the judges, and how firm the order is."""
