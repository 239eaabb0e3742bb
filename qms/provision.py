"""Roles and database of an installation, made by a superuser once and safe to repeat.

Two roles, because row-level security protects only from a role that owns nothing: the owner migrates, the application
reads and writes. The owner's future tables are granted to the application by default privileges.
"""

import secrets
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

OLDEST = 170000  # the builtin locale, whose sorting no operating system update can change, came with PostgreSQL 17
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin")


@dataclass(frozen=True)
class Plan:
    """Which roles with which passwords (None: keep the one there is) and which database shall exist."""

    app: str = "qms_app"
    app_password: str | None = None
    owner: str = "qms_owner"
    owner_password: str | None = None
    database: str = "qms"

    @classmethod
    def from_urls(cls, database_url: str, owner_url: str) -> "Plan":
        """The plan that makes these two addresses come true. Raises ValueError when they contradict each other."""
        app, owner = urlsplit(database_url), urlsplit(owner_url)
        if app.path != owner.path or not app.path.strip("/"):
            raise ValueError("DATABASE_URL and DATABASE_OWNER_URL must name the same database.")
        if not app.username or not owner.username or app.username == owner.username:
            raise ValueError("DATABASE_URL and DATABASE_OWNER_URL must name two different roles.")
        return cls(
            app=unquote(app.username),
            app_password=unquote(app.password) if app.password else None,
            owner=unquote(owner.username),
            owner_password=unquote(owner.password) if owner.password else None,
            database=unquote(app.path.lstrip("/")),
        )

    def urls(self, superuser_url: str) -> tuple[str, str]:
        """The addresses for DATABASE_URL and DATABASE_OWNER_URL on the server of the superuser's address."""
        server = urlsplit(superuser_url)
        place = server.netloc.rpartition("@")[2] + "/" + quote(self.database, safe="")

        def address(role: str, password: str | None) -> str:
            secret = "PASSWORD" if password is None else quote(password, safe="")
            return f"postgresql://{quote(role, safe='')}:{secret}@{place}"

        return address(self.app, self.app_password), address(self.owner, self.owner_password)


def provision(superuser_url: str, plan: Plan, *, for_tests: bool = False) -> Plan:
    """Make roles, database, extensions and grants; returns the plan with the passwords that were drawn.

    With `for_tests` the template of new databases gets the same, so that test databases do.
    Raises psycopg.Error when the server refuses.
    """
    with psycopg.connect(superuser_url, autocommit=True) as server:
        if server.info.server_version < OLDEST:
            raise psycopg.NotSupportedError("PostgreSQL 17 or newer is needed.")
        # Nobody connects to template1 while a database is copied from it, and two of us take turns.
        server.execute("SELECT pg_advisory_lock(hashtext('qms provision'))")
        plan = replace(
            plan,
            owner_password=make_role(server, plan.owner, plan.owner_password, sql.SQL("CREATEDB")),
            app_password=make_role(server, plan.app, plan.app_password, sql.SQL("NOCREATEDB")),
        )
        make_database(server, plan)
        for database in (plan.database, "template1") if for_tests else (plan.database,):
            with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
                furnish(connection, plan)
    return plan


def make_role(server: psycopg.Connection, name: str, password: str | None, extra: sql.SQL) -> str | None:
    """The role with exactly these powers; returns its password, drawn when the role is new and none was given."""
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    if not exists:
        password = password or secrets.token_urlsafe(24)
        server.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    powers = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {}")
    statement = powers.format(sql.Identifier(name), extra)
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    server.execute(statement)
    return password


def make_database(server: psycopg.Connection, plan: Plan) -> None:
    database, owner, app = sql.Identifier(plan.database), sql.Identifier(plan.owner), sql.Identifier(plan.app)
    if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [plan.database]).fetchone():
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
    else:
        create = sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        )
        server.execute(create.format(database, owner))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, app))


def furnish(connection: psycopg.Connection, plan: Plan) -> None:
    """Extensions, and what the application may do with whatever the owner will create in this database."""
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(plan.app)))
    for grant in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES", "EXECUTE ON FUNCTIONS"):
        statement = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT " + grant + " TO {}")
        connection.execute(statement.format(sql.Identifier(plan.owner), sql.Identifier(plan.app)))
