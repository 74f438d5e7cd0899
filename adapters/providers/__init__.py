"""Who does the work on the sound, one file each."""
