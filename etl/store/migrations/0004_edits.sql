-- Edits: batches of one feature, made over HTTP by the holder of a token.
ALTER TABLE krajina.batch DROP CONSTRAINT batch_road_check;
ALTER TABLE krajina.batch ADD CONSTRAINT batch_road_check
    CHECK (road IN ('first', 'difference', 'replacement', 'rollback', 'raster', 'edit'));
ALTER TABLE krajina.batch ADD COLUMN who text;
COMMENT ON COLUMN krajina.batch.who IS 'Whose token made an edit; null for loads';

-- What the service needs to say of the past: when which batch was published.
DO $grant$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        GRANT SELECT (id, dataset, state, road, finished, bbox) ON krajina.batch TO krajina_reader;
    END IF;
END $grant$;
