-- Version 5: of a ring's members, those whose account is not open any more, whoever closed it.

CREATE TABLE closed_members (
    generation INTEGER NOT NULL REFERENCES changes (generation),
    ring_id TEXT NOT NULL CHECK (ring_id <> ''),
    account INTEGER NOT NULL REFERENCES names (name),
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)),     -- 1: open again, or no longer waited for
    PRIMARY KEY (generation, ring_id, account)
) STRICT, WITHOUT ROWID;
