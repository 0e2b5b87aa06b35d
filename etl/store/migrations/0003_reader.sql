-- A role for services that only read. It belongs to the cluster, not to the database: another database may have made it,
-- at this very moment too, and a user without the right to make roles does without.
DO $make$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        CREATE ROLE krajina_reader NOLOGIN;
    END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    NULL;
END $make$;

DO $grant$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        GRANT USAGE ON SCHEMA data, history, krajina TO krajina_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA data, history TO krajina_reader;
        GRANT SELECT ON krajina.current, krajina.token TO krajina_reader;
    END IF;
END $grant$;
