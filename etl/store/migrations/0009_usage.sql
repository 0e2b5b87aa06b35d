-- How often what is asked for: counts by day and nothing of who asked. The service adds to them, `portal-usage` publishes.
CREATE TABLE krajina.usage (
    day       date NOT NULL,
    subject   text NOT NULL,
    use       text NOT NULL CHECK (use IN ('page', 'list', 'map', 'data', 'download', 'dashboard')),
    requests  bigint NOT NULL CHECK (requests > 0),
    PRIMARY KEY (day, subject, use)
);
COMMENT ON COLUMN krajina.usage.subject IS 'Id of a dataset or of a dashboard, or the name of a page of the portal';
COMMENT ON COLUMN krajina.usage.use IS 'How it was used; the code list portal-use has the words';

-- The one table that a service which else only reads may write.
DO $grant$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        GRANT SELECT, INSERT, UPDATE ON krajina.usage TO krajina_reader;
    END IF;
END $grant$;
