"""What waits for a second person or a signature, over all competitions: one list for each person."""
