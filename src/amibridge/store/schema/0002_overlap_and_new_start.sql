-- After a new signing secret was made, the former one signs beside it for a while.
ALTER TABLE app ADD COLUMN former_signing_secret TEXT NOT NULL DEFAULT '';  -- in clear as signing_secret; '': there is none
ALTER TABLE app ADD COLUMN former_signs_until REAL NOT NULL DEFAULT 0;      -- Unix seconds

-- A delivery that somebody has tried again: attempts that were begun before; the pauses start anew after them.
ALTER TABLE outbox ADD COLUMN earlier_attempts INTEGER NOT NULL DEFAULT 0 CHECK (earlier_attempts BETWEEN 0 AND attempts);
