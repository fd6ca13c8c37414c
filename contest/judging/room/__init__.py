"""What the room is told while it scores: desk, messages, clocks, alarms, tablets."""
