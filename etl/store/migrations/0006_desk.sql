-- The zoning desk: who may hand in plans, what was handed in, what became of it. Files lie on disk (KRAJINA_DATA/desk);
-- here stand their names and sha256. The states and the steps between them are those of desk/states.py.
CREATE SCHEMA desk;
COMMENT ON SCHEMA desk IS 'The zoning desk: accounts, checks, submissions, what happened to them';

CREATE TABLE desk.account (
    id            bigserial PRIMARY KEY,
    email         text NOT NULL CHECK (email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('municipality', 'region')),
    municipality  text,
    language      text NOT NULL DEFAULT 'en' CHECK (language IN ('cs', 'de', 'pl', 'en')),
    password      text,
    created       timestamptz NOT NULL DEFAULT now(),
    closed        timestamptz,
    failures      int NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    CHECK ((role = 'municipality') = (municipality IS NOT NULL))
);
CREATE UNIQUE INDEX account_email ON desk.account (email);
COMMENT ON COLUMN desk.account.password IS 'argon2id, with its parameters and salt; null until the invitation is accepted';
COMMENT ON COLUMN desk.account.closed IS 'Since when it opens nothing; the row stays, for events name it';

CREATE TABLE desk.invitation (
    sha256   text PRIMARY KEY,
    account  bigint NOT NULL REFERENCES desk.account,
    created  timestamptz NOT NULL DEFAULT now(),
    expires  timestamptz NOT NULL,
    used     timestamptz
);

CREATE TABLE desk.session (
    sha256   text PRIMARY KEY,
    account  bigint NOT NULL REFERENCES desk.account,
    way      text NOT NULL CHECK (way IN ('password', 'openid')),
    created  timestamptz NOT NULL DEFAULT now(),
    seen     timestamptz NOT NULL DEFAULT now(),
    expires  timestamptz NOT NULL
);
CREATE INDEX ON desk.session (account);

CREATE TABLE desk.token (
    id            bigserial PRIMARY KEY,
    sha256        text NOT NULL UNIQUE,
    account       bigint NOT NULL REFERENCES desk.account,
    label         text NOT NULL,
    role          text NOT NULL CHECK (role IN ('municipality', 'region')),
    municipality  text,
    created       timestamptz NOT NULL DEFAULT now(),
    expires       timestamptz NOT NULL,
    revoked       timestamptz,
    CHECK ((role = 'municipality') = (municipality IS NOT NULL))
);
COMMENT ON COLUMN desk.token.account IS 'Who made it; it opens nothing when that account is closed';

CREATE TABLE desk.submission (
    id            text PRIMARY KEY CHECK (length(id) >= 22),
    municipality  text NOT NULL,
    title         text NOT NULL,
    plan          text,
    version       int CHECK (version > 0),
    state         text NOT NULL CHECK (state IN ('received', 'checked', 'returned', 'accepted', 'published', 'superseded',
                                                 'withdrawn', 'failed')),
    "check"       text NOT NULL,
    by            bigint NOT NULL REFERENCES desk.account,
    created       timestamptz NOT NULL DEFAULT now(),
    published     timestamptz,
    follows       text REFERENCES desk.submission,
    task          text CHECK (task IN ('publish', 'unpublish')),
    trouble       jsonb,
    CHECK ((plan IS NULL) = (version IS NULL)),
    CHECK (plan IS NOT NULL OR state IN ('received', 'checked', 'returned', 'withdrawn', 'failed')),
    UNIQUE (municipality, plan, version)
);
CREATE UNIQUE INDEX submission_in_force ON desk.submission (municipality, plan) WHERE state = 'published';
CREATE INDEX ON desk.submission (state);
COMMENT ON COLUMN desk.submission.plan IS 'Which plan of the municipality it is: one zoning plan, changes and local plans by name';
COMMENT ON COLUMN desk.submission.follows IS 'The submission that it took the place of when it was published';
COMMENT ON COLUMN desk.submission.task IS 'What the worker has been asked to do with it and has not done yet';
COMMENT ON COLUMN desk.submission.trouble IS 'Why the last task was not done: the key of a text and its values';

CREATE TABLE desk."check" (
    id            text PRIMARY KEY CHECK (length(id) >= 22),
    name          text NOT NULL,
    language      text NOT NULL CHECK (language IN ('cs', 'de', 'pl', 'en')),
    municipality  text,
    files         jsonb NOT NULL,
    by            bigint REFERENCES desk.account,
    submission    text REFERENCES desk.submission DEFERRABLE INITIALLY DEFERRED,
    state         text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    stage         text,
    stages        jsonb NOT NULL DEFAULT '[]',
    attempts      int NOT NULL DEFAULT 0,
    summary       jsonb,
    trouble       jsonb,
    created       timestamptz NOT NULL DEFAULT now(),
    started       timestamptz,
    finished      timestamptz,
    expires       timestamptz,
    CHECK ((submission IS NULL) = (expires IS NOT NULL))
);
CREATE INDEX ON desk."check" (expires) WHERE expires IS NOT NULL;
CREATE INDEX ON desk."check" (submission);
ALTER TABLE desk.submission ADD FOREIGN KEY ("check") REFERENCES desk."check" DEFERRABLE INITIALLY DEFERRED;
COMMENT ON COLUMN desk."check".files IS 'name, size, sha256 of each file that was handed in';
COMMENT ON COLUMN desk."check".stages IS 'Stages so far, each with its seconds';
COMMENT ON COLUMN desk."check".expires IS 'When it is deleted, with its files; null: it belongs to a submission and is kept';

CREATE TABLE desk.waiver (
    submission  text NOT NULL REFERENCES desk.submission,
    rule        text NOT NULL,
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    by          bigint NOT NULL REFERENCES desk.account,
    who         text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (submission, rule)
);

CREATE TABLE desk.event (
    id          bigserial PRIMARY KEY,
    submission  text NOT NULL REFERENCES desk.submission,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    who         text NOT NULL,
    by          bigint REFERENCES desk.account,
    was         text,
    becomes     text NOT NULL,
    reason      text,
    CHECK ((coalesce(was, ''), becomes) IN (
        ('', 'received'),
        ('received', 'checked'), ('received', 'failed'), ('received', 'withdrawn'),
        ('failed', 'received'), ('failed', 'withdrawn'),
        ('checked', 'returned'), ('checked', 'accepted'), ('checked', 'withdrawn'), ('checked', 'checked'),
        ('accepted', 'published'), ('accepted', 'returned'), ('accepted', 'withdrawn'), ('accepted', 'accepted'),
        ('published', 'superseded'), ('published', 'accepted'),
        ('superseded', 'published')
    ))
);
CREATE INDEX ON desk.event (submission, id);
COMMENT ON COLUMN desk.event.who IS 'As they were called then; by is null for the desk itself';

-- What has happened stays happened.
CREATE FUNCTION desk.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
    RAISE EXCEPTION 'events are only added' USING ERRCODE = 'integrity_constraint_violation';
END $refuse$;
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON desk.event FOR EACH ROW EXECUTE FUNCTION desk.refuse_change();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON desk.event FOR EACH STATEMENT EXECUTE FUNCTION desk.refuse_change();
