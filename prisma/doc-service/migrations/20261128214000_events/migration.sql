-- Changes of documents are told at commit: their ids, or '*' where there are more than fit into one notification.
CREATE FUNCTION notify_changed_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids text;
BEGIN
  SELECT CASE WHEN count(*) <= 100 THEN string_agg(id::text, ',') ELSE '*' END INTO ids
    FROM (SELECT id FROM changed LIMIT 101) AS first_of_them;
  IF ids IS NOT NULL THEN
    PERFORM pg_notify('documents_changed', ids);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER documents_inserted AFTER INSERT ON documents
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changed_documents();
CREATE TRIGGER documents_updated AFTER UPDATE ON documents
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION notify_changed_documents();
