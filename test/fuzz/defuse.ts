import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { bombs } from './bombs';

/** Reads every bomb and tells, a line of JSON each, what came of it. Run by itself, with little memory. */
for (const [name, { text }] of Object.entries(bombs)) {
  const written = text();
  const started = performance.now();
  const { problems, catalog } = readBakeryYml(written, { bakery: 'golden', parameterPrefix: '/bakery/' });
  const milliseconds = performance.now() - started;
  process.stdout.write(`${JSON.stringify({ name, problems, milliseconds, valid: catalog !== undefined })}\n`);
}
