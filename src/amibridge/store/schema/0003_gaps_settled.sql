-- What the listing that ended a gap has settled: how many participations began, were answered, and ended in it. In meta
-- there may be heard_at and heard_reason: until when all that the PBX said was committed, and why not later.
ALTER TABLE gap ADD COLUMN began    INTEGER NOT NULL DEFAULT 0 CHECK (began >= 0);
ALTER TABLE gap ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered >= 0);
ALTER TABLE gap ADD COLUMN ended    INTEGER NOT NULL DEFAULT 0 CHECK (ended >= 0);
