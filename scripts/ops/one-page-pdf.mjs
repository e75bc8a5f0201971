/** Writes a PDF of one page with the given words to standard output: for trying Berth out with nothing installed. */
const words = process.argv
  .slice(2)
  .join(' ')
  .replaceAll(/[^\w .,-]/g, '');
const drawing = `BT /F1 24 Tf 72 720 Td (${words}) Tj ET`;
const objects = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
];
let pdf = '%PDF-1.4\n';
const offsets = objects.map((object, index) => {
  const offset = pdf.length;
  pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
  return offset;
});
const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
process.stdout.write(
  `${pdf}xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`,
);
