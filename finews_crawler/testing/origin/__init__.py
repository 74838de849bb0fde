"""The embedded origin: a deterministic mock of upstream on loopback, for the demo, the tests and the benchmarks."""
