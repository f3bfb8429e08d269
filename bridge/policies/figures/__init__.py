"""The figures of a report: what became of finished cycles, and how the open tickets stand. docs/explanation/figures.md defines
each of them."""
