-- The state of weekly sweeps, version 1: what was found, what became of it, and what people decided.
--
-- Rows are only ever added: triggers refuse every UPDATE and DELETE, but for taking a name out of `names`. A change is
-- one transaction and has a generation; what stands now is the newest row of each subject, as the views show it.
-- `digests` holds for each generation SHA-256(digest before it, its rows), in which every name enters as a keyed hash,
-- and signs it: so a damaged or edited file is noticed, and a forgotten account is not. All keys are made from that of
-- the state.
-- Weeks are ISO weeks such as 2026-W47. Times are microseconds since 1970 in UTC.

-- --- changes -------------------------------------------------------------------------------------------------------

CREATE TABLE changes (
    generation INTEGER PRIMARY KEY CHECK (generation > 0),
    kind TEXT NOT NULL CHECK (kind IN ('sweep', 'verdict', 'allow', 'known_bad', 'forget', 'prune')),
    by TEXT NOT NULL CHECK (by <> ''),                -- who: a person's name, or the program's
    at INTEGER NOT NULL,                              -- when; of a sweep: its --as-of
    note INTEGER NOT NULL REFERENCES names (name)     -- why
) STRICT;

CREATE TABLE digests (
    generation INTEGER PRIMARY KEY REFERENCES changes (generation),
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
    signature TEXT NOT NULL                           -- HMAC-SHA-256 of the digest
        CHECK (length(signature) = 64 AND signature NOT GLOB '*[^0-9a-f]*')
) STRICT;

-- Every text that may say something of a person: an account's id, a signal's value, a note. The only place where such
-- text stands, so that forgetting takes it out of one row.
CREATE TABLE names (
    name INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'signal', 'note')),
    signal_type TEXT NOT NULL DEFAULT '' CHECK ((kind = 'signal') = (signal_type <> '')),
    value TEXT,                                       -- NULL: forgotten or pruned
    hash TEXT NOT NULL UNIQUE                         -- HMAC-SHA-256 of kind, type and value
        CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT;

-- --- what sweeps found ---------------------------------------------------------------------------------------------

CREATE TABLE sweeps (
    generation INTEGER PRIMARY KEY REFERENCES changes (generation),
    week TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'),
    revision INTEGER NOT NULL CHECK (revision > 0),   -- one more each time that the week was superseded
    folder TEXT NOT NULL,                             -- of the published files, below the folder of sweeps
    data_digest TEXT NOT NULL,
    config_digest TEXT NOT NULL,
    calibration_digest TEXT NOT NULL,
    run_digest TEXT NOT NULL,                         -- SHA-256 of its run.json
    as_of INTEGER NOT NULL,
    n_accounts INTEGER NOT NULL CHECK (n_accounts >= 0),
    n_sightings INTEGER NOT NULL CHECK (n_sightings >= 0),
    n_rings INTEGER NOT NULL CHECK (n_rings >= 0),
    key_id TEXT NOT NULL,                             -- of the key of pseudonyms; empty: names stand as they were read
    UNIQUE (week, revision)
) STRICT;

CREATE TABLE sweep_counts (                           -- what one week is compared with the next by
    generation INTEGER NOT NULL REFERENCES sweeps (generation),
    count_of TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (generation, count_of)
) STRICT, WITHOUT ROWID;

CREATE TABLE calibrations (                           -- frozen: a new row only when it was renewed
    generation INTEGER PRIMARY KEY REFERENCES changes (generation),
    calibration TEXT NOT NULL CHECK (json_valid(calibration))
) STRICT;

CREATE TABLE ring_events (
    generation INTEGER NOT NULL REFERENCES sweeps (generation),
    position INTEGER NOT NULL CHECK (position >= 0),
    week TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'),
    kind TEXT NOT NULL CHECK (kind IN (
        'born', 'grew', 'shrank', 'continued', 'split', 'merged', 'quiet', 'returned', 'ended'
    )),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    n_before INTEGER NOT NULL CHECK (n_before >= 0),
    n_after INTEGER NOT NULL CHECK (n_after >= 0),
    n_joined INTEGER NOT NULL CHECK (n_joined >= 0),
    n_left INTEGER NOT NULL CHECK (n_left >= 0),
    n_banned INTEGER NOT NULL CHECK (n_banned >= 0),
    because TEXT NOT NULL,                            -- one sentence, without any name of a stranger
    PRIMARY KEY (generation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE ring_event_others (                      -- rings that it came from (split) or that went into it (merged)
    generation INTEGER NOT NULL,
    position INTEGER NOT NULL,
    other TEXT NOT NULL CHECK (other <> ''),
    PRIMARY KEY (generation, position, other),
    FOREIGN KEY (generation, position) REFERENCES ring_events (generation, position)
) STRICT, WITHOUT ROWID;

-- What a ring, a member, a signal became; a row only when something about it changed.

CREATE TABLE ring_records (
    generation INTEGER NOT NULL REFERENCES changes (generation),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    born TEXT NOT NULL CHECK (born GLOB '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'),
    last_week TEXT NOT NULL CHECK (last_week GLOB '[0-9][0-9][0-9][0-9]-W[0-5][0-9]'),
    status TEXT NOT NULL CHECK (status IN ('active', 'quiet', 'ended', 'merged')),
    merged_into TEXT CHECK ((merged_into IS NOT NULL) = (status = 'merged')),
    n_members INTEGER NOT NULL CHECK (n_members >= 0),
    n_core INTEGER NOT NULL CHECK (n_core >= 0),
    score REAL NOT NULL,
    assessment TEXT NOT NULL,
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),     -- 1: a later revision of its week does not know it
    PRIMARY KEY (generation, ring_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_records (
    generation INTEGER NOT NULL REFERENCES changes (generation),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    account INTEGER NOT NULL REFERENCES names (name),
    tier TEXT NOT NULL CHECK (tier <> ''),
    last_week TEXT,                                   -- NULL: the ring's own, which saves a row a week
    banned INTEGER NOT NULL CHECK (banned IN (0, 1)), -- closed by the provider
    banned_week TEXT,                                 -- the first week whose export said so
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)), -- not open any more, whoever closed it
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),     -- 1: no longer waited for
    PRIMARY KEY (generation, ring_id, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal_records (
    generation INTEGER NOT NULL REFERENCES changes (generation),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    signal INTEGER NOT NULL REFERENCES names (name),
    accounts_in_ring INTEGER NOT NULL CHECK (accounts_in_ring >= 0),
    accounts_outside INTEGER NOT NULL CHECK (accounts_outside >= 0),
    bits INTEGER NOT NULL,                            -- of 2**-16
    passes INTEGER NOT NULL CHECK (passes IN (0, 1)),
    last_week TEXT,                                   -- NULL: the ring's own
    accounts_banned INTEGER NOT NULL CHECK (accounts_banned >= 0),
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
    PRIMARY KEY (generation, ring_id, signal)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaders (                                -- new accounts tied to a closed ring
    generation INTEGER NOT NULL REFERENCES sweeps (generation),
    account INTEGER NOT NULL REFERENCES names (name),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    created_at INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    PRIMARY KEY (generation, account, ring_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE evader_signals (
    generation INTEGER NOT NULL,
    account INTEGER NOT NULL,
    ring_id TEXT NOT NULL,
    signal INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, account, ring_id, signal),
    FOREIGN KEY (generation, account, ring_id) REFERENCES evaders (generation, account, ring_id)
) STRICT, WITHOUT ROWID;

-- --- what people decided -------------------------------------------------------------------------------------------

CREATE TABLE verdicts (                               -- the one given last on a ring or an account counts
    generation INTEGER NOT NULL REFERENCES changes (generation),
    position INTEGER NOT NULL CHECK (position >= 0),
    ring_id TEXT,
    account INTEGER REFERENCES names (name),
    kind TEXT NOT NULL CHECK (kind IN ('confirmed', 'benign', 'unsure')),
    by TEXT NOT NULL CHECK (by <> ''),
    note INTEGER NOT NULL REFERENCES names (name),
    week TEXT NOT NULL,                               -- of the sweep that the person looked at; empty before the first
    expires TEXT CHECK (expires GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    knows_evidence INTEGER NOT NULL CHECK (knows_evidence IN (0, 1)),
    at INTEGER NOT NULL,                              -- when it was given, which may be before it was written down
    PRIMARY KEY (generation, position),
    CHECK ((ring_id IS NULL) <> (account IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict_members (                        -- of a ring's verdict: the members that it covers
    generation INTEGER NOT NULL,
    position INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES names (name),
    tier TEXT NOT NULL,
    PRIMARY KEY (generation, position, account),
    FOREIGN KEY (generation, position) REFERENCES verdicts (generation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict_signals (                        -- the evidence that was known at the verdict
    generation INTEGER NOT NULL,
    position INTEGER NOT NULL,
    signal INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, position, signal),
    FOREIGN KEY (generation, position) REFERENCES verdicts (generation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE list_changes (                           -- accounts and signals that are allowed, or known to be bad
    generation INTEGER NOT NULL REFERENCES changes (generation),
    position INTEGER NOT NULL CHECK (position >= 0),
    list TEXT NOT NULL CHECK (list IN ('allowed', 'known_bad')),
    subject INTEGER NOT NULL REFERENCES names (name), -- an account or a signal
    is_pattern INTEGER NOT NULL CHECK (is_pattern IN (0, 1)),   -- whether * in it stands for any text
    removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
    by TEXT NOT NULL CHECK (by <> ''),
    note INTEGER NOT NULL REFERENCES names (name),
    expires TEXT CHECK (expires GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    knows_evidence INTEGER NOT NULL CHECK (knows_evidence IN (0, 1)),
    PRIMARY KEY (generation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE list_signals (                           -- the evidence that was known when an account was allowed
    generation INTEGER NOT NULL,
    position INTEGER NOT NULL,
    signal INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, position, signal),
    FOREIGN KEY (generation, position) REFERENCES list_changes (generation, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE met_signals (                            -- the evidence when a sweep first met a cleared account in a ring
    generation INTEGER NOT NULL REFERENCES sweeps (generation),
    account INTEGER NOT NULL REFERENCES names (name),
    signal INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, account, signal)
) STRICT, WITHOUT ROWID;

CREATE TABLE forgotten (                              -- tombstones: the hash of the name stays, the name does not
    generation INTEGER NOT NULL REFERENCES changes (generation),
    name INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE taken_out (                              -- names whose text was taken out, or came back
    generation INTEGER NOT NULL REFERENCES changes (generation) DEFERRABLE INITIALLY DEFERRED,
    name INTEGER NOT NULL REFERENCES names (name),
    back INTEGER NOT NULL CHECK (back IN (0, 1)),
    PRIMARY KEY (generation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE pruned (                                 -- rings whose names were taken out, because they ended long ago
    generation INTEGER NOT NULL REFERENCES changes (generation),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    PRIMARY KEY (generation, ring_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_records_by_account ON member_records (account, ring_id, generation);
CREATE INDEX forgotten_by_name ON forgotten (name);

-- --- what stands now -----------------------------------------------------------------------------------------------

CREATE VIEW ring AS
SELECT ring_id, status, merged_into, born, last_week, n_members, n_core, score, assessment
FROM (SELECT *, max(generation) FROM ring_records GROUP BY ring_id)
WHERE NOT gone ORDER BY ring_id;

CREATE VIEW member AS
SELECT m.ring_id, n.value AS account_id, m.tier, coalesce(m.last_week, r.last_week) AS last_week, m.banned
FROM (SELECT *, max(generation) FROM member_records GROUP BY ring_id, account) AS m
JOIN ring AS r USING (ring_id)
JOIN names AS n ON n.name = m.account
WHERE NOT m.gone AND n.value IS NOT NULL ORDER BY m.ring_id, n.value;

CREATE VIEW signal AS
SELECT s.ring_id, n.signal_type, n.value AS signal_value, s.accounts_in_ring, s.accounts_outside,
    round(s.bits / 65536.0, 2) AS bits, s.passes, coalesce(s.last_week, r.last_week) AS last_week
FROM (SELECT *, max(generation) FROM signal_records GROUP BY ring_id, signal) AS s
JOIN ring AS r USING (ring_id)
JOIN names AS n ON n.name = s.signal
WHERE NOT s.gone AND n.value IS NOT NULL ORDER BY s.ring_id, n.signal_type, n.value;

CREATE VIEW sweep AS
SELECT week, revision, folder, n_accounts, n_sightings, n_rings, generation
FROM (SELECT *, max(revision) FROM sweeps GROUP BY week) ORDER BY week;

CREATE VIEW event AS
SELECT e.week, e.ring_id, e.kind, e.n_before, e.n_after, e.n_joined, e.n_left, e.n_banned, e.because,
    (SELECT group_concat(o.other, ' ') FROM ring_event_others AS o
     WHERE o.generation = e.generation AND o.position = e.position) AS others
FROM ring_events AS e
WHERE e.generation IN (SELECT generation FROM sweep) ORDER BY e.week, e.position;

CREATE VIEW ban_evasion AS
SELECT s.week, e.ring_id, n.value AS account_id, round(e.bits / 65536.0, 2) AS bits
FROM evaders AS e
JOIN sweep AS s USING (generation)
JOIN names AS n ON n.name = e.account
WHERE n.value IS NOT NULL ORDER BY s.week, e.ring_id, n.value;

CREATE VIEW newest_verdict AS
SELECT generation, position, ring_id, account, kind, by, note, week, expires, knows_evidence, at
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY ring_id, account ORDER BY at DESC, generation DESC, position DESC
    ) AS place
    FROM verdicts
)
WHERE place = 1;

CREATE VIEW verdict AS
SELECT v.ring_id, a.value AS account_id, v.kind, v.by, n.value AS note, v.week, v.expires,
    datetime(v.at / 1000000, 'unixepoch') AS at
FROM newest_verdict AS v
JOIN names AS n ON n.name = v.note
LEFT JOIN names AS a ON a.name = v.account
WHERE v.ring_id IS NOT NULL OR a.value IS NOT NULL ORDER BY v.ring_id, a.value;

CREATE VIEW listed AS
SELECT l.list, s.kind, s.signal_type, s.value, l.is_pattern, l.by, n.value AS note, l.expires
FROM (SELECT *, max(generation * 1000000 + position) FROM list_changes GROUP BY list, subject, is_pattern) AS l
JOIN names AS s ON s.name = l.subject
JOIN names AS n ON n.name = l.note
WHERE NOT l.removed AND s.value IS NOT NULL ORDER BY l.list, s.kind, s.signal_type, s.value;

CREATE VIEW history AS
SELECT c.generation, c.kind, c.by, datetime(c.at / 1000000, 'unixepoch') AS at, n.value AS note
FROM changes AS c JOIN names AS n ON n.name = c.note ORDER BY c.generation;

-- --- a name may be taken out, and comes back only where it was pruned ------------------------------------------------

CREATE TRIGGER names_are_only_taken_out BEFORE UPDATE ON names
WHEN NEW.name <> OLD.name OR NEW.kind <> OLD.kind OR NEW.signal_type <> OLD.signal_type OR NEW.hash <> OLD.hash
    OR (NEW.value IS NOT NULL AND (OLD.value IS NOT NULL OR OLD.name IN (SELECT name FROM forgotten)))
BEGIN SELECT raise(ABORT, 'a name can only be taken out'); END;

CREATE TRIGGER names_are_kept BEFORE DELETE ON names
BEGIN SELECT raise(ABORT, 'rows are only ever added'); END;
