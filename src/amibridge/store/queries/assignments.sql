-- name: all
SELECT assignment_id, extension, type, method, url, enabled, note, modified, account_id, app_id
  FROM assignment ORDER BY id;

-- name: enabled_urls
SELECT url, coalesce(account.kind = 'administrator', 0) AS by_administrator, count(*) AS assignments
  FROM assignment LEFT JOIN account ON account.id = assignment.account_id
 WHERE enabled GROUP BY url, by_administrator;

-- name: add
INSERT INTO assignment (assignment_id, extension, type, method, url, enabled, note, modified, account_id, app_id)
VALUES (:assignment_id, :extension, :type, :method, :url, :enabled, :note, :modified, :account_id, :app_id);

-- name: update
UPDATE assignment
   SET extension = :extension, type = :type, method = :method, url = :url, enabled = :enabled, note = :note,
       modified = :modified, account_id = :account_id, app_id = :app_id
 WHERE assignment_id = :assignment_id;

-- name: disable
-- Only as it was when somebody wanted no more of it: whoever has changed it since wants what it says now.
UPDATE assignment SET enabled = 0, modified = :at
 WHERE assignment_id = :assignment_id AND enabled AND modified = :modified
   AND type = :type AND method = :method AND url = :url AND note = :note
RETURNING assignment_id, extension, type, method, url, enabled, note, modified, account_id, app_id;

-- name: move_of
-- The open rows of an assignment go to its new URL: they queue up with that receiver's.
UPDATE outbox INDEXED BY outbox_assignment
   SET origin = :origin,
       order_key = :origin || substr(order_key, length(origin) + 1)
 WHERE assignment_id = :assignment_id AND state IN ('pending', 'sending') AND origin <> :origin;

-- name: delete
DELETE FROM assignment WHERE assignment_id = :assignment_id;

-- name: give_up_of
-- The second condition lets the index serve, which holds open rows; one that is being sent is settled by its attempt.
UPDATE outbox INDEXED BY outbox_assignment SET state = 'dead', due_at = NULL, settled_at = :now, reason = :reason
 WHERE assignment_id = :assignment_id AND state = 'pending' AND state IN ('pending', 'sending');
