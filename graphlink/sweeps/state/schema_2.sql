-- Version 2: a calibration also keeps what chance explains, and a sweep under which key its names are pseudonyms.

ALTER TABLE calibrations ADD COLUMN chance_rings REAL;  -- share of the rings of that time; NULL: no null world was made

CREATE TABLE calibration_chance (                     -- how strong a group may be and still be chance, by its size
    generation INTEGER NOT NULL REFERENCES calibrations (generation),
    size INTEGER NOT NULL CHECK (size > 1),           -- the least of its class: 4 stands for four to seven accounts
    bits REAL NOT NULL,
    PRIMARY KEY (generation, size)
) STRICT, WITHOUT ROWID;

ALTER TABLE sweeps ADD COLUMN key_id TEXT;            -- empty: no pseudonyms; NULL: swept before this was written down
