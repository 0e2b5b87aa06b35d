-- Letters about reported mistakes that wait for the mail server, and what became of them. What they say is not kept here:
-- it is written from the report when it is sent. A stranger's address goes as soon as its letter has gone, or cannot go.
CREATE TABLE desk.mail (
    id         bigserial PRIMARY KEY,
    mistake    bigint NOT NULL REFERENCES desk.mistake ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('reported', 'answered')),
    recipient  text CHECK (length(recipient) <= 320),
    language   text NOT NULL CHECK (language IN ('cs', 'de', 'pl', 'en')),
    created    timestamptz NOT NULL DEFAULT now(),
    due        timestamptz NOT NULL DEFAULT now(),
    tries      int NOT NULL DEFAULT 0,
    trouble    text,
    sent       timestamptz,
    given_up   timestamptz,
    UNIQUE (mistake, kind, recipient),
    CHECK (sent IS NULL OR given_up IS NULL),
    CHECK ((recipient IS NULL) = (kind = 'answered' AND (sent IS NOT NULL OR given_up IS NOT NULL)))
);
CREATE INDEX ON desk.mail (due) WHERE sent IS NULL AND given_up IS NULL;
CREATE INDEX ON desk.mail (sent);
COMMENT ON COLUMN desk.mail.kind IS 'reported: to whom it concerns; answered: to who reported it and left an address';
COMMENT ON COLUMN desk.mail.due IS 'When it is to be tried; a worker that takes it puts this off, so that no other one does';
COMMENT ON COLUMN desk.mail.trouble IS 'What the mail server said at the last try';
