"""Programs that the benchmarks compare with. They import nothing of this project, and run in an environment of their
own, except for ``own_settings``."""
