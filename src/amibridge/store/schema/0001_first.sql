-- The first schema. A released file never changes: what comes later is a file of a higher number.
-- Times are Unix seconds. Text that is not known is '', never NULL.

-- Who may use the API. Administrators stand at the top, organizations below them, users below organizations.
CREATE TABLE account (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice: tokens and assignments name their maker by it
    kind      TEXT    NOT NULL CHECK (kind IN ('administrator', 'organization', 'user')),
    name      TEXT    NOT NULL CHECK (name <> ''),
    parent_id INTEGER REFERENCES account (id),      -- an organization's administrator, or NULL; a user's organization
    CHECK (kind <> 'administrator' OR parent_id IS NULL),
    CHECK (kind <> 'user' OR parent_id IS NOT NULL)
) STRICT;

-- A program registered to an account.
CREATE TABLE app (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id         INTEGER NOT NULL REFERENCES account (id),
    name               TEXT    NOT NULL CHECK (name <> ''),
    client_id          TEXT    NOT NULL UNIQUE,
    client_secret_hash TEXT    NOT NULL CHECK (length(client_secret_hash) = 64),  -- SHA-256, hexadecimal
    signing_secret     TEXT    NOT NULL DEFAULT '', -- 'whsec_…' in clear, since signing needs it; '': not signed
    suspended          INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1))
) STRICT;

-- A bearer token; whoever reads this table cannot use it.
CREATE TABLE token (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT    NOT NULL UNIQUE CHECK (length(token_hash) = 64),  -- SHA-256, hexadecimal
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    app_id     INTEGER REFERENCES app (id) ON DELETE CASCADE,  -- NULL: issued to the account itself
    created_at REAL    NOT NULL,
    expires_at REAL                                 -- NULL: never
) STRICT;

-- The directory of extensions.
CREATE TABLE extension (
    number   TEXT    PRIMARY KEY CHECK (number <> ''),  -- '210' or '0003*210', compared as it is
    kind     TEXT    NOT NULL CHECK (kind IN ('phone', 'queue', 'conference', 'ivr')),
    service  TEXT    NOT NULL,                      -- the queue's or conference's name, the IVR's context; '' for phones
    did      TEXT    NOT NULL,                      -- the public number that reaches it
    name     TEXT    NOT NULL,
    owner_id INTEGER REFERENCES account (id)        -- NULL: administrators only
) STRICT, WITHOUT ROWID;

-- A URL that wants one kind of call event of one extension.
CREATE TABLE assignment (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they were made
    assignment_id TEXT    NOT NULL UNIQUE,          -- the id that the API shows
    extension     TEXT    NOT NULL,                 -- need not be in the directory
    type          INTEGER NOT NULL CHECK (type BETWEEN 0 AND 4),    -- EventType
    method        INTEGER NOT NULL CHECK (method IN (0, 1)),        -- GET, POST
    url           TEXT    NOT NULL CHECK (url <> ''),
    enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    note          TEXT    NOT NULL,
    modified      REAL    NOT NULL,
    account_id    INTEGER,                          -- who made it; stays when that account goes, so no reference
    app_id        INTEGER                           -- with which App; the same
) STRICT;

-- The open participations, so that their remaining events can be told after a restart.
CREATE TABLE participation (
    participation_id TEXT    PRIMARY KEY,           -- event_id of its Dial event
    dial             TEXT    NOT NULL CHECK (json_valid(dial)),     -- the Dial event as it was told
    answered         INTEGER NOT NULL CHECK (answered IN (0, 1)),
    legs             TEXT    NOT NULL CHECK (json_valid(legs)),     -- Uniqueids of the open legs
    first_uniqueid   TEXT    NOT NULL,
    called_extension TEXT    NOT NULL,
    facts            TEXT    NOT NULL               -- the tracker's own
) STRICT;

-- The journal: every call event that was ever told.
CREATE TABLE call_event (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of telling
    event_id         TEXT    NOT NULL UNIQUE,       -- a replayed or recovered event is no second one
    type             INTEGER NOT NULL CHECK (type BETWEEN 0 AND 4),
    extension        TEXT    NOT NULL,
    call_id          TEXT    NOT NULL,
    flow             TEXT    NOT NULL CHECK (flow IN ('IN', 'OUT')),
    status           TEXT    NOT NULL
                     CHECK (status IN ('CALLING', 'ANSWER', 'BUSY', 'NOANSWER', 'CANCEL', 'CONGESTION', 'CHANUNAVAIL')),
    caller_id_num    TEXT    NOT NULL,
    caller_id_name   TEXT    NOT NULL,
    caller_extension TEXT    NOT NULL,
    called_extension TEXT    NOT NULL,
    called_number    TEXT    NOT NULL,
    called_did       TEXT    NOT NULL,
    call_api_id      TEXT    NOT NULL,
    at               REAL,                          -- when it happened; NULL where nobody knows
    recovered        INTEGER NOT NULL CHECK (recovered IN (0, 1)),  -- learned from a listing, not when it happened
    recorded_at      REAL    NOT NULL               -- when it was written here
) STRICT;
CREATE INDEX call_event_extension ON call_event (extension, id);    -- serves: events_of_extensions, list_extensions
CREATE INDEX call_event_call ON call_event (call_id, id);           -- serves: events_of_call
CREATE INDEX call_event_recorded ON call_event (recorded_at);       -- serves: purge, events

-- What is to be sent, is being sent, was sent or was given up:
-- pending -> sending -> delivered | pending (due later) | dead | expired
CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- also the order within an order key
    event_id      TEXT    NOT NULL REFERENCES call_event (event_id) ON DELETE CASCADE,
    assignment_id TEXT    NOT NULL,                 -- no reference: a deleted assignment's rows end visibly as dead
    origin        TEXT    NOT NULL,                 -- scheme://host:port of the receiver
    order_key     TEXT    NOT NULL,                 -- origin|extension|call id: one after the other
    state         TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'dead', 'expired')),
    attempts      INTEGER NOT NULL CHECK (attempts >= 0),   -- begun ones: counted before sending
    due_at        REAL,                             -- no attempt before this; NULL: none is to come
    created_at    REAL    NOT NULL,                 -- when it was queued, or queued anew by hand; age counts from here
    settled_at    REAL,                             -- when it was delivered or given up
    reason        TEXT    NOT NULL DEFAULT '',      -- why the last attempt failed or it was given up; '' if delivered
    UNIQUE (event_id, assignment_id),
    CHECK ((state = 'pending') = (due_at IS NOT NULL)),
    CHECK ((state IN ('delivered', 'dead', 'expired')) = (settled_at IS NOT NULL)),
    CHECK (state <> 'sending' OR attempts > 0),
    CHECK (state <> 'dead' OR reason <> '')
) STRICT;
CREATE INDEX outbox_origin ON outbox (origin, due_at, id) WHERE state = 'pending';      -- serves: origins, claimable
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending';                     -- serves: next_due
CREATE INDEX outbox_created ON outbox (created_at) WHERE state = 'pending';             -- serves: expire
CREATE INDEX outbox_order ON outbox (order_key, id) WHERE state IN ('pending', 'sending');   -- serves: claimable, open_order_keys
CREATE INDEX outbox_assignment ON outbox (assignment_id) WHERE state IN ('pending', 'sending');  -- serves: give_up_of, move_of
CREATE INDEX outbox_state ON outbox (state, id);    -- serves: list_state, counts, recover, retry_dead

-- What became of each attempt.
CREATE TABLE attempt (
    delivery_id      INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    number           INTEGER NOT NULL CHECK (number > 0),
    started_at       REAL    NOT NULL,
    duration_seconds REAL    NOT NULL,
    status_code      INTEGER,                       -- NULL: no answer came
    reason           TEXT    NOT NULL,              -- '' when it was delivered
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Times in which the PBX was not heard; what it said then cannot be had.
CREATE TABLE gap (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    lost_at REAL NOT NULL,
    back_at REAL NOT NULL,
    reason  TEXT NOT NULL
) STRICT;

-- Facts about the store itself. clean_stop: '1' while no process has it open and the last one closed it in order.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('clean_stop', '1');
