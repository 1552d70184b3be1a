-- name: extent
-- Up to kept_after some events may have been forgotten, by this version or by one that did not note it.
SELECT last AS last_id,
       max(coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'purged_through'), 0),
           coalesce((SELECT min(id) - 1 FROM call_event), last)) AS kept_after
  FROM (SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'call_event'), 0) AS last);

-- name: events_after
-- The journal, oldest first, from an entry on.
SELECT * FROM call_event
 WHERE id > :after_id
   AND (:numbers IS NULL OR extension IN (SELECT value FROM json_each(:numbers)))
   AND (:type IS NULL OR type = :type)
 ORDER BY id LIMIT :limit;

-- name: events_of_extensions_after
SELECT call_event.* FROM json_each(:numbers) AS asked
 CROSS JOIN call_event INDEXED BY call_event_extension ON call_event.extension = asked.value
 WHERE call_event.id > :after_id AND (:type IS NULL OR call_event.type = :type)
 ORDER BY call_event.id LIMIT :limit;

-- name: first_since
SELECT id FROM call_event WHERE recorded_at >= :since ORDER BY recorded_at, id LIMIT 1;
