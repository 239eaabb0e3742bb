-- The database's own tenancy rules, before any table exists (architecture §3, ring 3).

CREATE FUNCTION qms_secure(target regclass, overseeable boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    key record;
    name text;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('DROP POLICY IF EXISTS qms_agency ON %s', target);
    EXECUTE format($p$CREATE POLICY qms_agency ON %s
        USING (agency_id = (SELECT nullif(current_setting('qms.agency', true), '')::bigint))
        WITH CHECK (agency_id = nullif(current_setting('qms.agency', true), '')::bigint)$p$, target);
    EXECUTE format('DROP POLICY IF EXISTS qms_oversight ON %s', target);
    IF overseeable THEN
        EXECUTE format($p$CREATE POLICY qms_oversight ON %s FOR SELECT USING (agency_id IN
            (SELECT unnest(string_to_array(nullif(current_setting('qms.oversight', true), ''), ',')::bigint[])))$p$, target);
        -- The sub-selects are read once for each query, not once for each row; the agencies overseen become a hash table.
    END IF;
    -- A foreign key between agency-owned rows must stay within the agency: one composite key beside each plain one.
    FOR key IN
        SELECT c.confrelid::regclass AS other, a.attname AS col, c.confrelid AS oid
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute o ON o.attrelid = c.confrelid AND o.attname = 'agency_id'
        WHERE c.conrelid = target AND c.contype = 'f' AND cardinality(c.conkey) = 1
    LOOP
        name := left('own_' || key.oid::text, 40) || '_key';
        IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = key.oid AND conname = name) THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (agency_id, id)', key.other, name);
        END IF;
        name := left('own_' || key.col, 55) || '_fk';
        IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = target AND conname = name) THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (agency_id, %I) REFERENCES %s (agency_id, id)
                DEFERRABLE INITIALLY DEFERRED', target, name, key.col, key.other);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION qms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION qms_append_only(target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    holder record;
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS qms_append_only ON %s', target);
    EXECUTE format('CREATE TRIGGER qms_append_only BEFORE UPDATE OR DELETE ON %s
        FOR EACH ROW EXECUTE FUNCTION qms_refuse_change()', target);
    FOR holder IN
        SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) g JOIN pg_roles r ON r.oid = g.grantee
        WHERE c.oid = target AND g.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', target, holder.rolname);
    END LOOP;
END $$;
