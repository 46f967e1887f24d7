"""Made-up parties, boards and members: for the demo, tests and benchmarks. No row names a living person."""
