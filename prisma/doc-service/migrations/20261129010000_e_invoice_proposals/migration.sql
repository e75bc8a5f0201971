-- What an e-invoice says is proposed for fields of the archive's own, too.
ALTER TABLE "suggestions" DROP CONSTRAINT "suggestions_field_known";
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_field_known" CHECK ("field" IN (
  'title', 'type', 'correspondent', 'date', 'tags', 'folder', 'file_name',
  'invoice_number', 'amount', 'due_date', 'iban'));
-- Documents whose invoice is known already are looked at again.
UPDATE "suggestion_runs" SET "again_at" = now() WHERE "document_id" IN (
  SELECT d."id" FROM "documents" d JOIN "invoices" i ON i."sha256" = d."sha256" WHERE i."value" IS NOT NULL);
