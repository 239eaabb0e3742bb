"""Reading of uploaded files, run by documents.confinement in a child process with limits. Knows nothing of Django."""
