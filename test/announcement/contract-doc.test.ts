import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAnnouncement } from '../../src/lib/announcement/read-announcement';
import { announcementSchema } from '../../src/lib/announcement/schemas';
import { announcementSchemaFiles } from '../../scripts/generated/announcement-schema-files';

const root = join(import.meta.dirname, '../..');
const doc = readFileSync(join(root, 'docs/announcements.md'), 'utf8');
const examples = [...doc.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => json ?? '');

test('every example of docs/announcements.md is an announcement, and every kind has one', () => {
  const kinds = examples.map((example) => {
    const read = readAnnouncement(example);
    if ('refuse' in read) throw new Error(`${read.why}\n${example}`);
    expect(read.announcement).toEqual(JSON.parse(example));
    return read.announcement.schema;
  });
  const known = announcementSchema.def.options.map((option) => [...option.shape.schema.def.values][0]);
  expect(new Set(kinds)).toEqual(new Set(known));
  expect(kinds).toHaveLength(known.length);
});

test.each(announcementSchemaFiles.map((file) => [file.path, file.text()]))('%s is current', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});
