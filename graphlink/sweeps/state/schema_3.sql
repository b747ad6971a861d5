-- Version 3: a calibration also keeps how many accounts there are in each larger country.

CREATE TABLE calibration_countries (                  -- of whom chance draws an account's companions in what is local
    generation INTEGER NOT NULL REFERENCES calibrations (generation),
    country TEXT NOT NULL,
    n_accounts INTEGER NOT NULL CHECK (n_accounts > 0),
    PRIMARY KEY (generation, country)
) STRICT, WITHOUT ROWID;
