"""Our own HTTP server: it mounts what the platforms bring and answers probes."""
