-- name: all
SELECT number, kind, service, did, name, owner_id FROM extension ORDER BY number;

-- name: one
SELECT number, kind, service, did, name, owner_id FROM extension WHERE number = :number;

-- name: put
INSERT INTO extension (number, kind, service, did, name, owner_id)
VALUES (:number, :kind, :service, :did, :name, :owner_id)
ON CONFLICT (number) DO UPDATE
   SET kind = excluded.kind, service = excluded.service, did = excluded.did, name = excluded.name,
       owner_id = excluded.owner_id;

-- name: import
-- What nobody has declared is declared, a phone's missing name is filled in; what a person has declared stays.
INSERT INTO extension (number, kind, service, did, name, owner_id)
VALUES (:number, :kind, :service, :did, :name, :owner_id)
ON CONFLICT (number) DO UPDATE
   SET name = excluded.name
 WHERE extension.name = '' AND excluded.name <> ''
   AND extension.kind = excluded.kind AND extension.service = excluded.service
RETURNING number, kind, service, did, name, owner_id;

-- name: remove
DELETE FROM extension WHERE number = :number;

-- name: assigned
SELECT count(*) AS assignments FROM assignment WHERE extension = :number;

-- name: owner_is_there
SELECT 1 FROM account WHERE id = :owner_id;
