-- name: clean_stop
-- Whether the last process that had the store open closed it in order.
SELECT value FROM meta WHERE key = 'clean_stop';

-- name: set_clean_stop
UPDATE meta SET value = :value WHERE key = 'clean_stop';
