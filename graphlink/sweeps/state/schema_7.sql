-- Version 7: when a verdict was given, which is not always when it was written down; the newest by that time counts.

ALTER TABLE verdicts ADD COLUMN at INTEGER;           -- NULL: when it was written down, before this version

CREATE VIEW newest_verdict AS
SELECT generation, position, ring_id, account, kind, by, note, week, expires, knows_evidence, given AS at
FROM (
    SELECT v.*, coalesce(v.at, c.at) AS given, row_number() OVER (
        PARTITION BY v.ring_id, v.account ORDER BY coalesce(v.at, c.at) DESC, v.generation DESC, v.position DESC
    ) AS place
    FROM verdicts AS v JOIN changes AS c USING (generation)
)
WHERE place = 1;

DROP VIEW verdict;

CREATE VIEW verdict AS
SELECT v.ring_id, a.value AS account_id, v.kind, v.by, n.value AS note, v.week, v.expires,
    datetime(v.at / 1000000, 'unixepoch') AS at
FROM newest_verdict AS v
JOIN names AS n ON n.name = v.note
LEFT JOIN names AS a ON a.name = v.account
WHERE v.ring_id IS NOT NULL OR a.value IS NOT NULL ORDER BY v.ring_id, a.value;
