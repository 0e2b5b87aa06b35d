CREATE TABLE krajina.batch (
    id          bigserial PRIMARY KEY,
    dataset     text NOT NULL,
    state       text NOT NULL CHECK (state IN ('running', 'published', 'unchanged', 'refused', 'failed')),
    road        text CHECK (road IN ('first', 'difference', 'replacement', 'rollback', 'raster')),
    started     timestamptz NOT NULL DEFAULT now(),
    finished    timestamptz,
    definition  json NOT NULL,
    source      jsonb,
    rows_read   bigint,
    inserted    bigint,
    updated     bigint,
    deleted     bigint,
    unchanged   bigint,
    bbox        float8[4],
    operation   text,
    accuracy    float8,
    report      jsonb,
    artefact    text,
    message     text
);
CREATE INDEX ON krajina.batch (dataset, id);
CREATE INDEX ON krajina.batch (dataset) WHERE state = 'running';

COMMENT ON COLUMN krajina.batch.definition IS
    'The dataset file as it was when the batch was loaded; json, for jsonb would lose the order of the columns';
COMMENT ON COLUMN krajina.batch.bbox IS 'West, south, east, north in degrees (CRS84)';
COMMENT ON COLUMN krajina.batch.accuracy IS 'Metres, of the operation to longitude and latitude; null: not known';

CREATE TABLE krajina.current (
    dataset     text PRIMARY KEY,
    batch       bigint NOT NULL REFERENCES krajina.batch,
    rows        bigint,
    definition  json NOT NULL,
    bbox        float8[4],
    published   timestamptz NOT NULL DEFAULT now(),
    artefact    text
);

CREATE TABLE krajina.token (
    id          bigserial PRIMARY KEY,
    label       text NOT NULL,
    sha256      text NOT NULL UNIQUE,
    role        text NOT NULL,
    created     timestamptz NOT NULL DEFAULT now(),
    expires     timestamptz
);
COMMENT ON COLUMN krajina.token.sha256 IS 'Of the token; the token itself is not kept';
