"""Port Workers: supervised child processes, the only ones that open sound."""

from adapters.workers.supervised import HeadStart, SupervisedWorkers, head_start, open_workers

__all__ = ["HeadStart", "SupervisedWorkers", "head_start", "open_workers"]
