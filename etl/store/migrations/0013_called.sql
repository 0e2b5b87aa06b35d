-- How the object of a report was called when it was reported: an officer reads a name, not an identifier.
ALTER TABLE desk.mistake ADD COLUMN called text;
COMMENT ON COLUMN desk.mistake.called IS 'How the object was called when it was reported; for officers, the public sees how it is called now';
