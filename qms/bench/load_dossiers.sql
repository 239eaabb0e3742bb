-- Dossiers with applicants, tasks, hand-overs and journal, as many as bench_share says: (agency_id, first, count, open_only).
-- Months are worked days without holidays; moments between receipt and result are interpolated. History stays empty.

CREATE TEMP TABLE bench_day AS  -- n working days ago; negative: to come
SELECT row_number() OVER (ORDER BY day DESC) - 1 AS n, day::date
FROM generate_series(now() - interval '400 days', now() AT TIME ZONE 'Asia/Ho_Chi_Minh', '1 day') day
WHERE extract(isodow FROM day) < 6
UNION ALL
SELECT -row_number() OVER (ORDER BY day), day::date
FROM generate_series((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1, now() + interval '30 days', '1 day') day
WHERE extract(isodow FROM day) < 6;

CREATE TEMP TABLE bench_crew AS
SELECT agency_id, role, row_number() OVER crew - 1 AS n, count(*) OVER (PARTITION BY agency_id, role) AS size, id AS member_id
FROM tenants_member, unnest(roles) role
WINDOW crew AS (PARTITION BY agency_id, role ORDER BY id);

CREATE TEMP TABLE bench_procedure AS
SELECT v.agency_id, row_number() OVER own - 1 AS n, count(*) OVER (PARTITION BY v.agency_id) AS size, v.id AS version_id, c.service_id
FROM documents_version v
JOIN documents_document d ON d.id = v.document_id AND d.kind = 'operational_procedure'
LEFT JOIN processes_coverage c ON c.document_id = d.id
WHERE v.state = 'in_force'
WINDOW own AS (PARTITION BY v.agency_id ORDER BY v.id);

CREATE TEMP TABLE bench_step (step int, name text, role text, begins float, ends float, due float);  -- shares of the way to the result
INSERT INTO bench_step VALUES
    (1, 'Tiếp nhận hồ sơ, lập phiếu hẹn trả kết quả', 'receptionist', 0, 0.05, 0.10),
    (2, 'Phân công công chức thụ lý', 'unit_head', 0.05, 0.12, 0.15),
    (3, 'Thẩm định hồ sơ, dự thảo kết quả', 'officer', 0.12, 0.70, 0.70),
    (4, 'Kiểm tra kết quả thẩm định, trình ký', 'unit_head', 0.70, 0.85, 0.85),
    (5, 'Ký duyệt kết quả', 'agency_head', 0.85, 1, 1),
    (6, 'Trả kết quả cho công dân', 'receptionist', 1, 1, 1);

CREATE TEMP TABLE bench_dossier AS
WITH numbered AS (
    SELECT s.agency_id, s.first + g AS number, s.open_only OR (s.first + g) % 25 = 3 AS open,
        abs(hashint8(s.agency_id * 1000003 + s.first + g)) AS luck, row_number() OVER () AS place
    FROM bench_share s, generate_series(0, s.count - 1) g
), dated AS (
    SELECT *, CASE WHEN open THEN 1 + luck % 6 ELSE 8 + luck % 240 END AS received_n,
        CASE WHEN NOT open THEN 7 WHEN luck % 10 < 6 THEN 3 WHEN luck % 10 < 7 THEN 1 WHEN luck % 10 < 8 THEN 2 WHEN luck % 10 < 9 THEN 5 ELSE 6 END
            AS at_step,
        CASE WHEN luck % 100 < 8 THEN 'overdue' WHEN luck % 100 < 40 THEN 'early' ELSE 'on_time' END AS outcome
    FROM numbered
), timed AS (
    SELECT d.*,
        (r.day + time '07:45' + (luck % 390) * interval '1 minute') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS received_at,
        (u.day + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS due_at,
        (n.day + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS near_at,
        (f.day + time '10:00' + (luck % 300) * interval '1 minute') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS result_at
    FROM dated d
    JOIN bench_day r ON r.n = d.received_n
    JOIN bench_day u ON u.n = d.received_n - 5
    JOIN bench_day n ON n.n = d.received_n - 4  -- one working day before
    JOIN bench_day f ON f.n = CASE WHEN open THEN 0 WHEN outcome = 'overdue' THEN received_n - 7 WHEN outcome = 'early' THEN received_n - 3 ELSE received_n - 5 END
)
SELECT t.*,
    (SELECT coalesce(max(id), 0) FROM processes_dossier) + t.place AS id,
    (SELECT coalesce(max(id), 0) FROM processes_applicant) + t.place AS applicant_id,
    (SELECT coalesce(max(id), 0) FROM processes_task) + (t.place - 1) * 6 AS task_base,
    p.version_id, p.service_id, c.member_id AS received_by_id,
    upper(a.symbol) || to_char(received_at, '-YYMMDD-') || lpad(number::text, 6, '0') AS code,
    concat_ws(' ', ('{Nguyễn,Trần,Lê,Phạm,Hoàng,Vũ,Đặng,Bùi,Đỗ,Ngô}'::text[])[1 + luck % 10],
        ('{Thị,Văn,Minh,Ngọc,Đức,Thu,Quang}'::text[])[1 + luck / 10 % 7],
        ('{An,Bình,Cường,Dung,Hà,Hùng,Lan,Mai,Nam,Phúc,Sơn,Thảo,Tuấn,Yến}'::text[])[1 + luck / 70 % 14]) AS name,
    CASE WHEN open AND at_step < 6 THEN NULL ELSE least(result_at, now() - interval '1 hour') END AS finished_at,
    CASE WHEN at_step = 7 THEN least(result_at + interval '90 minutes', now()) END AS closed_at,
    CASE at_step WHEN 7 THEN 'closed' WHEN 6 THEN 'result_ready' WHEN 1 THEN 'received' ELSE 'processing' END AS state
FROM timed t
JOIN tenants_agency a ON a.id = t.agency_id
JOIN bench_procedure p ON p.agency_id = t.agency_id AND p.n = t.luck / 7 % p.size
JOIN bench_crew c ON c.agency_id = t.agency_id AND c.role = 'receptionist' AND c.n = t.luck % c.size;

INSERT INTO processes_applicant (id, agency_id, name, id_number, phone, email, address, subject, other_papers, note, look_up, folded)
SELECT applicant_id, agency_id, name, lpad((luck % 1000000000)::text, 12, '0'), '09' || lpad((luck % 100000000)::text, 8, '0'), '',
    'Thôn ' || 1 + luck % 20, 'thửa đất số ' || luck % 900, '', '', upper(substr(md5(code), 1, 6)),
    replace(lower(unaccent(code || ' ' || name || ' thửa đất số ' || luck % 900)), 'đ', 'd')
FROM bench_dossier;

INSERT INTO processes_dossier (id, agency_id, code, version_id, service_id, applicant_id, channel, components,
    received_at, cut_off, received_by_id, due_at, near_at, state, finished_at, closed_at, punctuality)
SELECT id, agency_id, code, version_id, service_id, applicant_id,
    ('{direct,direct,direct,online,post}'::text[])[1 + luck % 5],
    '[{"name": "Đơn đề nghị theo mẫu", "originals": 1, "copies": 0}, {"name": "Giấy tờ chứng minh", "originals": 0, "copies": 1}]',
    received_at, '15:00', received_by_id, due_at, near_at, state, finished_at, closed_at, CASE WHEN finished_at IS NULL THEN '' ELSE outcome END
FROM bench_dossier;

-- The open step is its role's while nobody has taken it, one in ten; the rest of the steps have their member.
-- No step has more than a working day, so each is near due from its beginning.
INSERT INTO processes_task (id, agency_id, dossier_id, step, name, member_id, unit_id, role, state, opened_at, near_at, due_at, finished_at, punctuality)
SELECT d.task_base + s.step, d.agency_id, d.id, s.step, s.name,
    CASE WHEN s.step = d.at_step AND d.luck % 10 = 3 THEN NULL ELSE c.member_id END, NULL,
    CASE WHEN s.step = d.at_step AND d.luck % 10 = 3 THEN s.role ELSE '' END,
    CASE WHEN s.step = d.at_step THEN 'open' ELSE 'done' END,
    received_at + begins * (coalesce(finished_at, now()) - received_at), received_at + begins * (coalesce(finished_at, now()) - received_at),
    CASE WHEN s.step = 6 THEN greatest(due_at, finished_at + interval '1 hour') ELSE received_at + s.due * (due_at - received_at) END,
    CASE WHEN s.step = d.at_step THEN NULL WHEN s.step = 6 THEN closed_at
        ELSE received_at + ends * (coalesce(finished_at, now()) - received_at) END,
    CASE WHEN s.step = d.at_step OR s.step = 6 THEN '' WHEN outcome = 'overdue' AND s.step = 3 THEN 'overdue' ELSE 'on_time' END
FROM bench_dossier d
JOIN bench_step s ON s.step <= d.at_step
JOIN bench_crew c ON c.agency_id = d.agency_id AND c.role = s.role AND c.n = d.luck % c.size;

INSERT INTO processes_handover (agency_id, dossier_id, given_by_id, task_id, next_task_id, at, taken_by, punctuality, note)
SELECT d.agency_id, d.id, d.received_by_id, NULL, d.task_base + 1, received_at, 'Nguyễn Văn A', '', '' FROM bench_dossier d
UNION ALL
SELECT d.agency_id, d.id, c.member_id, d.task_base + s.step, CASE WHEN s.step < 6 THEN d.task_base + s.step + 1 END,
    CASE WHEN s.step = 6 THEN closed_at ELSE received_at + ends * (coalesce(finished_at, now()) - received_at) END,
    CASE WHEN s.step < 6 THEN 'Nguyễn Văn A' ELSE '' END, 'on_time', ''
FROM bench_dossier d
JOIN bench_step s ON s.step < d.at_step
JOIN bench_crew c ON c.agency_id = d.agency_id AND c.role = s.role AND c.n = d.luck % c.size;

INSERT INTO tenants_journalentry (agency_id, at, by_id, verb, about_type, about_id, about_label, before, after, reason, details)
SELECT agency_id, at, received_by_id, verb, 'processes.dossier', id, code, before, after, '', '{}' FROM bench_dossier
CROSS JOIN LATERAL (VALUES
    (received_at, 'received', '', '', true),
    (received_at + interval '1 hour', 'begin', 'received', 'processing', at_step > 1),
    (finished_at, 'finish', 'processing', 'result_ready', at_step > 5),
    (closed_at, 'close', 'result_ready', 'closed', at_step > 6)
) line (at, verb, before, after, happened)
WHERE happened;

DROP TABLE bench_share, bench_day, bench_crew, bench_procedure, bench_step, bench_dossier;
