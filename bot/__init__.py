"""The program: assembles and runs; the only place that knows every adapter."""
