-- What the public pages of datasets tell of loads: their counts, findings and definitions. Not who edited.
DO $grant$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        GRANT SELECT (started, definition, source, rows_read, inserted, updated, deleted, unchanged, operation,
            accuracy, report) ON krajina.batch TO krajina_reader;
    END IF;
END $grant$;
