-- Search by name. Each dataset's own table has an index of the words of its names (kept by PostgreSQL, so it cannot
-- stand apart from what is published); krajina.word has the words themselves, to find what a misspelt or inflected one
-- may mean. The functions below make words of names and of questions alike.

-- The words of a text in order: without case and accents, letters and digits alone. plpgsql, for it is called for each
-- row of a load, and PostgreSQL calls the functions within without starting a query. IMMUTABLE, so that an index can
-- hold it; the dictionary is named with its schema, which differs between installations, hence the composed text.
DO $make$
DECLARE
    home text := (SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                  WHERE extname = 'unaccent');
BEGIN
    EXECUTE format($compose$
        CREATE FUNCTION krajina.words(value text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
        $words$ DECLARE
            folded text := lower(%1$I.unaccent(%2$L::regdictionary, value));
            found text[];
        BEGIN
            IF folded ~ '[^a-z0-9 ]' THEN  -- most names go without: it costs more than all the rest
                folded := regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g');
            END IF;
            found := array_remove(string_to_array(folded, ' '), '');
            IF octet_length(value) > 2000 THEN  -- an index takes neither a word so long nor words without end
                found := ARRAY(SELECT word FROM unnest(found) AS word WHERE length(word) <= 60 LIMIT 2000);
            END IF;
            RETURN found;
        END $words$
    $compose$, home, quote_ident(home) || '.unaccent');
END $make$;

-- What the index of a table holds of a name: its words, and the first once more behind '^', because who types the
-- beginning of a name means names that begin so.
CREATE FUNCTION krajina.names(value text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS
$names$ DECLARE
    found text[] := krajina.words(value);
BEGIN
    RETURN array_to_tsvector(CASE WHEN found = '{}' THEN found ELSE found || ('^' || found[1]) END);
END $names$;

-- How a word is spelt for comparison: letters that are taken for one another in Czech, Polish and German are one, and
-- so are doubled ones; the kind of a street has its short form.
CREATE FUNCTION krajina.spelling(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$spelling$ BEGIN
    RETURN regexp_replace(regexp_replace(regexp_replace(replace(replace(translate(
        word, 'wy', 'vi'), 'ph', 'f'), 'th', 't'),
        '([a-z])\1+', '\1', 'g'), '([aou])e', '\1', 'g'), 'strasen?$', 'str');
END $spelling$;

-- What inflection leaves of a word's spelling: without the endings of Czech, Polish and German nouns and adjectives,
-- without the e that comes and goes (Hrádek, v Hrádku; Liberec, v Liberci), with the consonants that change for one
-- another made one (Praha, v Praze; Góra, w Górze; most, w moście). It need not be a word, and unlike words may share it.
CREATE FUNCTION krajina.stem(spelling text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$stem$ BEGIN
    RETURN replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(spelling,
        '^(.{3,}?)(iego|iemu|iami|iach|iech|iej|iem|iom|ami|ach|ech|ego|eho|emu|ich|imi|ovi|ie|iu|ia|io|ou|ej|em|im|om'
        || '|am|en|er|es|a|e|i|o|u)$', '\1'),
        'rz$', 'r'), 'sc$', 'st'), '([^aeiou])i?e([ckln])$', '\1\2'),
        '[hg]$', 'z'), 'c', 'k');
END $stem$;

-- Under what a word is found by one that is like it: its stem, and what is left of it when one letter is taken away.
-- Two words with a letter missing, added, changed or exchanged for its neighbour share such a key. A short stem says too
-- little to be cut further; then it is the spelling that is.
CREATE FUNCTION krajina.word_keys(word text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$keys$ DECLARE
    cut text := krajina.stem(krajina.spelling(word));
    keys text[] := ARRAY[cut];
BEGIN
    IF length(cut) < 5 THEN
        cut := krajina.spelling(word);
        keys := keys || cut;
    END IF;
    FOR i IN 1 .. CASE WHEN length(cut) > 3 THEN length(cut) ELSE 0 END LOOP
        keys := keys || overlay(cut PLACING '' FROM i FOR 1);
    END LOOP;
    RETURN keys;
END $keys$;

CREATE TABLE krajina.word (
    dataset  text COLLATE "C" NOT NULL,
    word     text COLLATE "C" NOT NULL,
    keys     text[] COLLATE "C" NOT NULL,
    PRIMARY KEY (dataset, word)
);
CREATE INDEX word_keys ON krajina.word USING gin (keys);
CREATE INDEX word_parts ON krajina.word USING gin (word gin_trgm_ops);
COMMENT ON TABLE krajina.word IS
    'Words of the names that are searched, of three letters and more; a word that no name has any more may still stand here';

DO $grant$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'krajina_reader') THEN
        GRANT SELECT ON krajina.word TO krajina_reader;
    END IF;
END $grant$;

-- What has been loaded before gets its index and its words now, as a load makes them (catalogue.layout, etl.store.words).
DO $loaded$
DECLARE
    loaded record;
    name text;
    words text;
    old text;
BEGIN
    FOR loaded IN
        SELECT dataset, replace(dataset, '-', '_') AS tbl, definition FROM krajina.current
        WHERE coalesce(json_array_length(definition #> '{map,search}'), 0) > 0
        AND definition ->> 'geometry' NOT IN ('none', 'raster')
        AND to_regclass(format('data.%I', replace(dataset, '-', '_'))) IS NOT NULL
    LOOP
        SELECT string_agg(format('coalesce("%s"::text, '''')', searched), ' || '' '' || ' ORDER BY n) INTO name
        FROM json_array_elements_text(loaded.definition #> '{map,search}') WITH ORDINALITY AS each (searched, n);
        words := 'krajina.names(' || name || ')';
        FOR old IN SELECT indexname FROM pg_indexes
            WHERE schemaname = 'data' AND tablename = loaded.tbl AND indexname LIKE loaded.tbl || '\_search\_%'
        LOOP
            EXECUTE format('DROP INDEX data.%I', old);
        END LOOP;
        EXECUTE format('CREATE INDEX %I ON data.%I USING gin ((%s))',
            loaded.tbl || '_search_' || left(encode(sha256(convert_to(words, 'UTF8')), 'hex'), 8), loaded.tbl, words);
        EXECUTE format('INSERT INTO krajina.word (dataset, word, keys) SELECT %L, word, krajina.word_keys(word) FROM ('
            'SELECT DISTINCT word FROM data.%I, unnest(krajina.words(%s)) AS word'
            ' WHERE length(word) BETWEEN 3 AND 60 AND word !~ ''[0-9]'') AS found', loaded.dataset, loaded.tbl, name);
    END LOOP;
END $loaded$;
