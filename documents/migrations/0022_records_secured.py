"""Row security of records and exports; what is held, permanent or undecided the database disposes of for nobody."""

from typing import ClassVar

from django.db import migrations

MODELS = ("recordseries", "recordgroup", "recordhold", "disposal", "disposalitem", "documentexport")
HISTORIES = [f"documents_historical{model}" for model in MODELS]
OWNED = [*(f"documents_{model}" for model in MODELS), *HISTORIES]

# A hold takes the lock of what it holds, a disposal that of the group and then of its series: whoever comes second sees
# what the first has done, because each statement here reads anew after the wait.
KEEP_RECORDS = """
CREATE FUNCTION documents_keep_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keeping text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the register of records keeps every line' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'disposed' THEN
        RAISE EXCEPTION 'what was disposed of does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'disposed' THEN
        SELECT retention INTO keeping FROM documents_recordseries WHERE id = NEW.series_id FOR NO KEY UPDATE;
        IF keeping = 'permanent' THEN
            RAISE EXCEPTION 'permanent records are not disposed of' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.ends_on IS NULL OR NEW.ends_on >= NEW.disposed_on THEN
            RAISE EXCEPTION 'the retention has not ended' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM documents_recordhold
            WHERE lifted_at IS NULL AND (group_id = NEW.id OR series_id = NEW.series_id);
        IF FOUND THEN
            RAISE EXCEPTION 'a hold stands' USING ERRCODE = 'check_violation';
        END IF;
        PERFORM 1 FROM documents_disposalitem i JOIN documents_disposal d ON d.id = i.disposal_id
            WHERE i.group_id = NEW.id AND i.outcome = 'listed' AND d.state = 'carried_out';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no disposal was decided and carried out' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_records BEFORE UPDATE OR DELETE ON documents_recordgroup
    FOR EACH ROW EXECUTE FUNCTION documents_keep_records();

CREATE FUNCTION documents_keep_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.group_id IS NOT NULL THEN
            SELECT state INTO standing FROM documents_recordgroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
            IF standing = 'disposed' THEN
                RAISE EXCEPTION 'it was disposed of' USING ERRCODE = 'check_violation';
            END IF;
        ELSE
            PERFORM 1 FROM documents_recordseries WHERE id = NEW.series_id FOR NO KEY UPDATE;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
        OR (NEW.series_id, NEW.group_id, NEW.kind, NEW.reason, NEW.placed_by_id, NEW.placed_at)
            IS DISTINCT FROM (OLD.series_id, OLD.group_id, OLD.kind, OLD.reason, OLD.placed_by_id, OLD.placed_at) THEN
        RAISE EXCEPTION 'a hold is lifted once and changes in nothing else' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_holds BEFORE INSERT OR UPDATE OR DELETE ON documents_recordhold
    FOR EACH ROW EXECUTE FUNCTION documents_keep_holds();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0021_records")]
    operations: ClassVar = [
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in HISTORIES),
        migrations.RunSQL(
            KEEP_RECORDS,
            """DROP TRIGGER documents_keep_records ON documents_recordgroup; DROP FUNCTION documents_keep_records();
               DROP TRIGGER documents_keep_holds ON documents_recordhold; DROP FUNCTION documents_keep_holds();""",
        ),
    ]
