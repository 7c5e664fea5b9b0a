-- The ledger: one row per entry, in order, with the tree hashes that it completes (32 bytes each, leaf first).
-- The last entry of each commit carries the signed checkpoint that seals it: it costs no page of its own, and the checkpoint
-- of the last entry is the latest. hashes stands before bytes so that reading a hash never walks an entry's overflow pages.
CREATE TABLE entry (
    idx    INTEGER PRIMARY KEY CHECK (idx >= 0),
    hashes BLOB NOT NULL CHECK (length(hashes) >= 32 AND length(hashes) % 32 = 0),
    sealed BLOB,
    bytes  BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65535)
) STRICT;

-- Checkpoints with cosignatures of witnesses.
CREATE TABLE cosigned (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    note BLOB NOT NULL
) STRICT;

-- View: whom and what an entry concerns. Derived; rebuilt from entry at any time.
CREATE TABLE subject (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    idx  INTEGER NOT NULL REFERENCES entry (idx),
    PRIMARY KEY (kind, id, idx)
) STRICT, WITHOUT ROWID;
