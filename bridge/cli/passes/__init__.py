"""Commands about passes: plan, sync, run, undo, and what they leave behind."""
