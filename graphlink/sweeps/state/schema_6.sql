-- Version 6: what the times and plans of the population tell, against which those of a ring are held.

CREATE TABLE calibration_habits (
    generation INTEGER NOT NULL REFERENCES calibrations (generation),
    habit TEXT NOT NULL,                              -- hour/type, or plans
    share REAL NOT NULL,
    PRIMARY KEY (generation, habit)
) STRICT, WITHOUT ROWID;
