"""The embedded origin: a deterministic upstream on loopback, for the demo, the tests and the benchmarks."""
