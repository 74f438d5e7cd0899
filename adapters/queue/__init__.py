"""Who runs the next step of a job, and when."""
