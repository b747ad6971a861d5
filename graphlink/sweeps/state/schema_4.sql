-- Version 4: a calibration also keeps which types describe people, and which of them say the same.

CREATE TABLE calibration_types (
    generation INTEGER NOT NULL REFERENCES calibrations (generation),
    signal_type TEXT NOT NULL,
    voice TEXT NOT NULL,                              -- the family that it speaks as
    coarse INTEGER NOT NULL CHECK (coarse IN (0, 1)), -- whether it corroborates and never links by itself
    PRIMARY KEY (generation, signal_type)
) STRICT, WITHOUT ROWID;
