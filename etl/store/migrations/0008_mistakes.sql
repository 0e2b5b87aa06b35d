-- Mistakes in the data that people have reported. The e-mail address is for the answer alone: it goes when that is given.
CREATE TABLE desk.mistake (
    id            bigserial PRIMARY KEY,
    dataset       text NOT NULL,
    feature       text,
    lon           float8,
    lat           float8,
    municipality  text,
    said          text NOT NULL CHECK (length(said) BETWEEN 1 AND 4000),
    email         text CHECK (length(email) <= 200),
    language      text NOT NULL CHECK (language IN ('cs', 'de', 'pl', 'en')),
    state         text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'fixed', 'right')),
    answer        text CHECK (length(answer) <= 4000),
    by            bigint REFERENCES desk.account,
    created       timestamptz NOT NULL DEFAULT now(),
    changed       timestamptz NOT NULL DEFAULT now(),
    CHECK ((lon IS NULL) = (lat IS NULL)),
    CHECK (state IN ('new', 'open') OR email IS NULL)
);
CREATE INDEX ON desk.mistake (dataset, id);
CREATE INDEX ON desk.mistake (municipality, id);
CREATE INDEX ON desk.mistake (created);
COMMENT ON COLUMN desk.mistake.state IS
    'new: nobody has looked at it, so what it says is not shown; open: shown, not answered; fixed; right: the data are right';
COMMENT ON COLUMN desk.mistake.municipality IS 'Code of the municipality in which it lies; null: none, or not known';
