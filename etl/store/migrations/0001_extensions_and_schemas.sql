-- What everything else stands on. Extensions that an administrator has installed already are taken where they are; new
-- ones go to public by name, for the schema of a user called krajina would come first on the search path.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

CREATE SCHEMA IF NOT EXISTS data;
CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS history;

COMMENT ON SCHEMA data IS 'What is published: one table a dataset';
COMMENT ON SCHEMA staging IS 'What is being loaded; empty between loads';
COMMENT ON SCHEMA history IS 'Rows as they were: the tables of data, with the batch that ended each row';
COMMENT ON SCHEMA krajina IS 'The ledger: batches, what is published now, tokens';

-- Search compares without case and accents. IMMUTABLE, so that an index can hold it: the dictionary is named with its
-- schema and is not edited. The schema of the extension differs between installations, hence the composed text.
DO $make$
DECLARE
    home text := (SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                  WHERE extname = 'unaccent');
BEGIN
    EXECUTE format(
        'CREATE FUNCTION krajina.fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
        '$fold$ SELECT lower(%1$I.unaccent(%2$L::regdictionary, $1)) $fold$',
        home, quote_ident(home) || '.unaccent');
END $make$;
