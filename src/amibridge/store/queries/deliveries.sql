-- name: counts
SELECT state, count(*) AS rows FROM outbox GROUP BY state;

-- name: recent_attempts
SELECT outbox.origin, attempt.started_at, attempt.duration_seconds, attempt.reason
  FROM (SELECT id FROM (SELECT id FROM outbox ORDER BY id DESC LIMIT :newest)
         UNION
        SELECT id FROM (SELECT id FROM outbox INDEXED BY outbox_created
                         WHERE state = 'pending' ORDER BY created_at LIMIT :waiting)) AS recent
  JOIN outbox ON outbox.id = recent.id
  JOIN attempt ON attempt.delivery_id = outbox.id;

-- name: waiting
SELECT origin, count(*) AS waiting FROM outbox INDEXED BY outbox_origin WHERE state = 'pending' GROUP BY origin;

-- name: open_count
SELECT count(*) AS rows FROM outbox WHERE state IN ('pending', 'sending');

-- name: list
-- The outbox, newest first, each row with its event as far as the journal still has it.
SELECT outbox.id AS delivery_id, outbox.assignment_id, outbox.origin, outbox.state, outbox.attempts, outbox.due_at,
       outbox.created_at, outbox.settled_at, outbox.reason,
       (SELECT min(older.id) FROM outbox AS older INDEXED BY outbox_order
         WHERE outbox.state = 'pending' AND older.order_key = outbox.order_key AND older.id < outbox.id
           AND older.state IN ('pending', 'sending')) AS waits_for,
       call_event.*
  FROM outbox LEFT JOIN call_event ON call_event.event_id = outbox.event_id
 WHERE outbox.id < :before_id
   AND (:assignment_id IS NULL OR outbox.assignment_id = :assignment_id)
   AND (:numbers IS NULL OR call_event.extension IN (SELECT value FROM json_each(:numbers)))
 ORDER BY outbox.id DESC LIMIT :limit;

-- name: list_state
SELECT outbox.id AS delivery_id, outbox.assignment_id, outbox.origin, outbox.state, outbox.attempts, outbox.due_at,
       outbox.created_at, outbox.settled_at, outbox.reason,
       (SELECT min(older.id) FROM outbox AS older INDEXED BY outbox_order
         WHERE outbox.state = 'pending' AND older.order_key = outbox.order_key AND older.id < outbox.id
           AND older.state IN ('pending', 'sending')) AS waits_for,
       call_event.*
  FROM outbox LEFT JOIN call_event ON call_event.event_id = outbox.event_id
 WHERE outbox.state = :state AND outbox.id < :before_id
   AND (:assignment_id IS NULL OR outbox.assignment_id = :assignment_id)
   AND (:numbers IS NULL OR call_event.extension IN (SELECT value FROM json_each(:numbers)))
 ORDER BY outbox.id DESC LIMIT :limit;

-- name: list_extensions
-- The same for a few extensions, of which the journal knows the events.
SELECT outbox.id AS delivery_id, outbox.assignment_id, outbox.origin, outbox.state, outbox.attempts, outbox.due_at,
       outbox.created_at, outbox.settled_at, outbox.reason,
       (SELECT min(older.id) FROM outbox AS older INDEXED BY outbox_order
         WHERE outbox.state = 'pending' AND older.order_key = outbox.order_key AND older.id < outbox.id
           AND older.state IN ('pending', 'sending')) AS waits_for,
       call_event.*
  FROM json_each(:numbers) AS asked
 CROSS JOIN call_event INDEXED BY call_event_extension ON call_event.extension = asked.value
 CROSS JOIN outbox ON outbox.event_id = call_event.event_id
 WHERE outbox.id < :before_id
   AND (:state IS NULL OR outbox.state = :state)
   AND (:assignment_id IS NULL OR outbox.assignment_id = :assignment_id)
 ORDER BY outbox.id DESC LIMIT :limit;

-- name: one
SELECT outbox.id AS delivery_id, outbox.assignment_id, outbox.origin, outbox.state, outbox.attempts, outbox.due_at,
       outbox.created_at, outbox.settled_at, outbox.reason,
       (SELECT min(older.id) FROM outbox AS older INDEXED BY outbox_order
         WHERE outbox.state = 'pending' AND older.order_key = outbox.order_key AND older.id < outbox.id
           AND older.state IN ('pending', 'sending')) AS waits_for,
       call_event.*
  FROM outbox LEFT JOIN call_event ON call_event.event_id = outbox.event_id
 WHERE outbox.id = :delivery_id;

-- name: attempts
SELECT number, started_at, duration_seconds, status_code, reason
  FROM attempt WHERE delivery_id = :delivery_id ORDER BY number;

-- name: retry
-- Back to pending and as young as on its first day; only for an assignment and an event that are there.
UPDATE outbox SET state = 'pending', due_at = :now, created_at = :now, settled_at = NULL, earlier_attempts = attempts
 WHERE id = :delivery_id AND state IN ('dead', 'expired')
   AND EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id)
RETURNING assignment_id;

-- name: retry_dead
UPDATE outbox SET state = 'pending', due_at = :now, created_at = :now, settled_at = NULL, earlier_attempts = attempts
 WHERE state = 'dead' AND reason <> :damaged
   AND EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id)
RETURNING assignment_id;

-- name: url_of
SELECT url FROM assignment WHERE assignment_id = :assignment_id;

-- name: hurry
-- A row that waits for its next attempt: make it now, and should it fail, go on with the first pause.
UPDATE outbox SET due_at = min(due_at, :now), earlier_attempts = attempts
 WHERE id = :delivery_id AND state = 'pending';

-- name: purge
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox
     WHERE state IN ('delivered', 'dead', 'expired') AND settled_at < :before AND (:state IS NULL OR state = :state)
     ORDER BY id LIMIT :limit);
