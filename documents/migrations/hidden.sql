-- Ids of the restricted documents of an agency that a member may not see. They see those whose readers they are
-- (by name, by one of their roles, by their unit), that they draft, have signed or are asked to sign (`tokens` of the
-- route; since `stands_in` as a delegate of the head), or of which the unit they head (`headed`) is in charge.
-- In plpgsql, because a session keeps the plans of its statements: row security makes planning dearer than reading.
CREATE FUNCTION documents_hidden(
    agency bigint, reader bigint, roles text[], unit bigint, headed bigint, tokens text[], stands_in date
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 10 AS $$
BEGIN
    RETURN QUERY
    SELECT d.id FROM documents_document d
    WHERE d.agency_id = agency AND d.confidentiality = 'restricted'
      AND (headed IS NULL OR d.unit_id IS DISTINCT FROM headed)
      AND NOT EXISTS (
        SELECT FROM documents_audience a
        WHERE a.document_id = d.id AND (a.member_id = reader OR a.role = ANY (roles) OR a.unit_id = unit))
      AND NOT EXISTS (
        SELECT FROM documents_version v
        WHERE v.document_id = d.id AND (
            v.drafted_by_id = reader OR v.awaited::text[] && tokens
            OR ('delegate' = ANY (v.awaited) AND EXISTS (
                SELECT FROM documents_delegation g JOIN tenants_member h ON h.id = g.by_id
                WHERE g.to_id = reader AND g.ended_at IS NULL AND stands_in BETWEEN g.first_day AND g.last_day
                  AND (g.kinds = '{}' OR d.kind = ANY (g.kinds))
                  AND (h.valid_to IS NULL OR h.valid_to >= stands_in) AND 'agency_head' = ANY (h.roles)))))
      AND NOT EXISTS (
        SELECT FROM documents_signature s JOIN documents_version v ON v.id = s.version_id
        WHERE v.document_id = d.id AND s.member_id = reader);
END $$;
