"""How version numbers stand in addresses: `3.1` is issue 3, revision 1."""


class VersionNumber:
    regex = r"\d{1,4}\.\d{1,4}"

    def to_python(self, value: str) -> tuple[int, int]:
        issue, revision = value.split(".")
        return int(issue), int(revision)

    def to_url(self, value: object) -> str:
        """Takes a (issue, revision) pair or a Version."""
        issue, revision = value if isinstance(value, tuple) else (value.issue, value.revision)  # type: ignore[attr-defined]
        return f"{issue}.{revision}"
