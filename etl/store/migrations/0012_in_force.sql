-- Since when a plan is in force, as whoever hands it in says it: the Czech standard has no place for that day.
ALTER TABLE desk."check" ADD COLUMN in_force date;
COMMENT ON COLUMN desk."check".in_force IS 'Since when the plan is in force, where it does not say so itself; null: not told';
