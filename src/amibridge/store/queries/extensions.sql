-- name: all
SELECT number, kind, service, did, name, owner_id FROM extension ORDER BY number;

-- name: put
INSERT INTO extension (number, kind, service, did, name, owner_id)
VALUES (:number, :kind, :service, :did, :name, :owner_id)
ON CONFLICT (number) DO UPDATE
   SET kind = excluded.kind, service = excluded.service, did = excluded.did, name = excluded.name,
       owner_id = excluded.owner_id;

-- name: remove
DELETE FROM extension WHERE number = :number;

-- name: owner_is_there
SELECT 1 FROM account WHERE id = :owner_id;
