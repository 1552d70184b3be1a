-- Which index serves is said where SQLite, which has no statistics of the states, would take outbox_state.

-- name: origins
-- Each origin that has a due row, and when its earliest was due; one step in the index per origin, not per row.
WITH RECURSIVE waiting (origin) AS (
    SELECT min(origin) FROM outbox INDEXED BY outbox_origin WHERE state = 'pending'
    UNION ALL
    SELECT (SELECT min(origin) FROM outbox INDEXED BY outbox_origin
             WHERE state = 'pending' AND outbox.origin > waiting.origin)
      FROM waiting WHERE waiting.origin IS NOT NULL
), earliest (origin, due_at) AS MATERIALIZED (
    SELECT origin, (SELECT min(due_at) FROM outbox INDEXED BY outbox_origin
                     WHERE state = 'pending' AND outbox.origin = waiting.origin)
      FROM waiting WHERE origin IS NOT NULL
)
SELECT origin, due_at FROM earliest WHERE due_at <= :now ORDER BY due_at;

-- name: claimable
-- The due rows of one origin, oldest first, that nobody holds up: at most one of an order key.
-- An older open row holds up a later one until that has waited for the bound; after it, only when it could go itself.
SELECT id, due_at FROM outbox INDEXED BY outbox_origin
 WHERE state = 'pending' AND origin = :origin AND due_at <= :now
   AND EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id AND enabled)
   AND order_key NOT IN (SELECT value FROM json_each(:skip_order_keys))
   AND NOT EXISTS (
       SELECT 1 FROM outbox AS older INDEXED BY outbox_order
        WHERE older.order_key = outbox.order_key AND older.id < outbox.id AND older.state IN ('pending', 'sending')
          AND (outbox.created_at >= :now - :waiting_bound_seconds
               OR (older.due_at <= :now
                   AND EXISTS (SELECT 1 FROM assignment
                                WHERE assignment.assignment_id = older.assignment_id AND enabled))))
 ORDER BY due_at, id
 LIMIT :room;

-- name: follow_clock
UPDATE outbox INDEXED BY outbox_order
   SET created_at = created_at + :step_seconds, due_at = due_at + :step_seconds
 WHERE state IN ('pending', 'sending');

-- name: set_back
-- Rows that were queued in what is now the future: the clock was set back while nobody watched it, and they must not
-- wait until it is there.
UPDATE outbox INDEXED BY outbox_created
   SET due_at = :now + max(0, due_at - created_at), created_at = :now
 WHERE state = 'pending' AND created_at > :future;

-- name: claim
UPDATE outbox SET state = 'sending', attempts = attempts + 1, due_at = NULL
 WHERE id IN (SELECT value FROM json_each(:ids));

-- name: claimed
-- What was claimed, with its event as far as the journal still has it.
SELECT outbox.id AS delivery_id, outbox.assignment_id, outbox.origin, outbox.attempts, outbox.earlier_attempts,
       outbox.created_at, call_event.*
  FROM outbox LEFT JOIN call_event ON call_event.event_id = outbox.event_id
 WHERE outbox.id IN (SELECT value FROM json_each(:ids));

-- name: bury
UPDATE outbox SET state = 'dead', due_at = NULL, settled_at = :now, reason = :reason WHERE id = :delivery_id;

-- name: add_attempt
-- Settling twice is settling once.
INSERT INTO attempt (delivery_id, number, started_at, duration_seconds, status_code, reason)
SELECT id, :attempt, :started_at, :duration_seconds, :status_code, :reason FROM outbox WHERE id = :delivery_id
ON CONFLICT (delivery_id, number) DO NOTHING;

-- name: settle
-- Only the attempt that is under way. What is to be tried again for an assignment deleted meanwhile is dead.
UPDATE outbox
   SET state = :state, due_at = :due_at, settled_at = :settled_at, reason = :reason
 WHERE id = :delivery_id AND state = 'sending' AND attempts = :attempt
   AND (:state <> 'pending'
        OR EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id));

-- name: settle_deleted
UPDATE outbox
   SET state = 'dead', due_at = NULL, settled_at = :ended_at, reason = :deleted
 WHERE id = :delivery_id AND state = 'sending' AND attempts = :attempt AND :state = 'pending';

-- name: next_due
-- Disabled assignments' rows are due when these are enabled.
SELECT due_at FROM outbox INDEXED BY outbox_due
 WHERE state = 'pending'
   AND EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id AND enabled)
 ORDER BY due_at LIMIT 1;

-- name: recover_deleted
UPDATE outbox SET state = 'dead', settled_at = :now, reason = :deleted
 WHERE state = 'sending'
   AND NOT EXISTS (SELECT 1 FROM assignment WHERE assignment.assignment_id = outbox.assignment_id);

-- name: recover
UPDATE outbox SET state = 'pending', due_at = created_at WHERE state = 'sending';

-- name: expire
UPDATE outbox INDEXED BY outbox_created
   SET state = 'expired', due_at = NULL, settled_at = :now, reason = iif(reason = '', :never_tried, reason)
 WHERE state = 'pending' AND created_at <= :before;

-- name: open_order_keys
SELECT order_key, count(*) AS open FROM outbox INDEXED BY outbox_order
 WHERE state IN ('pending', 'sending') GROUP BY order_key;
