-- Filters compare without accents but with case (CQL2's ACCENTI), where search has krajina.fold for both. IMMUTABLE and
-- composed for the same reasons as that.
DO $make$
DECLARE
    home text := (SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                  WHERE extname = 'unaccent');
BEGIN
    EXECUTE format(
        'CREATE FUNCTION krajina.unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
        '$plain$ SELECT %1$I.unaccent(%2$L::regdictionary, $1) $plain$',
        home, quote_ident(home) || '.unaccent');
END $make$;
