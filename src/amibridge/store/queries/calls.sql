-- name: last_ids
-- The ids given last: rows above them are this transaction's own, since nobody else writes.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'call_event'), 0) AS event,
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0) AS delivery;

-- name: add_event
-- An event that is known already stays as it is.
INSERT INTO call_event (event_id, type, extension, call_id, flow, status, caller_id_num, caller_id_name,
                        caller_extension, called_extension, called_number, called_did, call_api_id, at, recovered,
                        recorded_at)
VALUES (:event_id, :type, :extension, :call_id, :flow, :status, :caller_id_num, :caller_id_name,
        :caller_extension, :called_extension, :called_number, :called_did, :call_api_id, :at, :recovered,
        :recorded_at)
ON CONFLICT (event_id) DO NOTHING;

-- name: added_events
SELECT id, event_id FROM call_event WHERE id > :last;

-- name: add_delivery
-- The assignment may have been deleted since it was matched: then the row is dead from the start, and visible.
-- What was to go at once waits when an older row of its key is open, which whoever asked could not know (an assignment's
-- new URL, a delivery that is tried again by hand).
INSERT INTO outbox (event_id, assignment_id, origin, order_key, state, attempts, due_at, created_at, settled_at, reason)
SELECT :event_id, :assignment_id, :origin, :order_key,
       CASE WHEN NOT there THEN 'dead' WHEN goes THEN 'sending' ELSE 'pending' END,
       iif(there AND goes, 1, 0), iif(there AND NOT goes, :created_at, NULL), :created_at,
       iif(there, NULL, :created_at), iif(there, '', :deleted)
  FROM (SELECT EXISTS (SELECT 1 FROM assignment WHERE assignment_id = :assignment_id) AS there,
               :at_once AND NOT EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_order
                                         WHERE order_key = :order_key AND state IN ('pending', 'sending')) AS goes)
 WHERE true
ON CONFLICT (event_id, assignment_id) DO NOTHING;

-- name: added_deliveries
-- Those of this transaction that are to be sent.
SELECT id, event_id, assignment_id, attempts FROM outbox WHERE id > :last AND state IN ('pending', 'sending');

-- name: put_participation
INSERT INTO participation (participation_id, dial, answered, legs, first_uniqueid, called_extension, facts)
VALUES (:participation_id, :dial, :answered, :legs, :first_uniqueid, :called_extension, :facts)
ON CONFLICT (participation_id) DO UPDATE
   SET dial = excluded.dial, answered = excluded.answered, legs = excluded.legs,
       first_uniqueid = excluded.first_uniqueid, called_extension = excluded.called_extension, facts = excluded.facts;

-- name: end_participation
DELETE FROM participation WHERE participation_id = :participation_id;

-- name: participations
SELECT participation_id, dial, answered, legs, first_uniqueid, called_extension, facts
  FROM participation ORDER BY rowid;

-- name: add_gap
INSERT INTO gap (lost_at, back_at, reason, began, answered, ended)
VALUES (:lost_at, :back_at, :reason, :began, :answered, :ended);

-- name: gaps
-- Those that overlap the time asked for, newest first.
SELECT id, lost_at, back_at, reason, began, answered, ended FROM gap
 WHERE id < :before_id AND (:since IS NULL OR back_at >= :since) AND (:until IS NULL OR lost_at < :until)
 ORDER BY id DESC LIMIT :limit;

-- name: put_heard
INSERT INTO meta (key, value) VALUES ('heard_at', :at), ('heard_reason', :reason)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: heard
SELECT (SELECT value FROM meta WHERE key = 'heard_at') AS at,
       (SELECT value FROM meta WHERE key = 'heard_reason') AS reason;

-- name: events
-- The journal, newest first. Ids grow with the time of recording, so that nothing much older than asked for is read; a
-- day is for clocks that were set.
SELECT * FROM call_event
 WHERE id < :before_id
   AND (:since IS NULL OR id >= (SELECT id FROM call_event WHERE recorded_at >= :since - 86400
                                  ORDER BY recorded_at LIMIT 1))
   AND (:numbers IS NULL OR extension IN (SELECT value FROM json_each(:numbers)))
   AND (:type IS NULL OR type = :type)
   AND (:since IS NULL OR coalesce(at, recorded_at) >= :since)
   AND (:until IS NULL OR coalesce(at, recorded_at) < :until)
 ORDER BY id DESC LIMIT :limit;

-- name: events_of_extensions
SELECT call_event.* FROM json_each(:numbers) AS asked
 CROSS JOIN call_event INDEXED BY call_event_extension ON call_event.extension = asked.value
 WHERE call_event.id < :before_id
   AND (:type IS NULL OR call_event.type = :type)
   AND (:since IS NULL OR coalesce(at, recorded_at) >= :since)
   AND (:until IS NULL OR coalesce(at, recorded_at) < :until)
 ORDER BY call_event.id DESC LIMIT :limit;

-- name: events_of_call
SELECT * FROM call_event INDEXED BY call_event_call
 WHERE call_id = :call_id AND id < :before_id
   AND (:numbers IS NULL OR extension IN (SELECT value FROM json_each(:numbers)))
   AND (:type IS NULL OR type = :type)
   AND (:since IS NULL OR coalesce(at, recorded_at) >= :since)
   AND (:until IS NULL OR coalesce(at, recorded_at) < :until)
 ORDER BY id DESC LIMIT :limit;

-- name: purge
-- Forget old events with their deliveries and attempts; not those that are still to be delivered, or that ended lately.
DELETE FROM call_event WHERE id IN (
    SELECT id FROM call_event
     WHERE recorded_at < :before
       AND NOT EXISTS (SELECT 1 FROM outbox
                        WHERE outbox.event_id = call_event.event_id
                          AND (outbox.state IN ('pending', 'sending') OR outbox.settled_at >= :before))
     ORDER BY recorded_at LIMIT :limit)
RETURNING id;

-- name: put_purged
-- Whoever follows the journal and comes back later than this is told that there is a hole.
INSERT INTO meta (key, value) VALUES ('purged_through', :purged_through)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
 WHERE CAST(excluded.value AS INTEGER) > CAST(meta.value AS INTEGER);

-- name: purge_gaps
DELETE FROM gap WHERE back_at < :before;
