"""Port Workers: supervised child processes, the only ones that open sound."""

from adapters.workers.supervised import SupervisedWorkers, open_workers

__all__ = ["SupervisedWorkers", "open_workers"]
