"""The headers that both dialects have beside the usual ones."""

IDEMPOTENCY = "Idempotency-Key"  # of a submission: the same again is the same job
LONGEST_KEY = 255  # letters of it
RETRY = "Retry-After"  # seconds
LIMIT, LEFT, RESET = "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"
