import { readBakeryYml } from '../../src/lib/definitions/bakery-yml';
import { dayMs, hourMs, minuteMs } from '../../src/lib/definitions/instant';

/** What an image says of gates and channels, and what the defaults say, as planning gets it. */
const expanded = (image: string, defaults = '{}') => {
  const { catalog } = readBakeryYml(
    `version: 1\ndefaults: ${defaults}\nimages:\n  web: { base: template, template: w/, architectures: [arm64], channels: [candidate, stable]${image} }\n`,
    {
      bakery: 'platform',
      parameterPrefix: '/bakery',
      parameterPattern: '/bakery/{image}/{arch}/{channel}',
    },
  );
  const { promote, window, retain, approval } = catalog!.images[0]!;
  return { promote, window, retain, approval };
};
const night = { from: '22:00', to: '04:00' };

test.each<[string, string, string | undefined, object]>([
  ['nothing', '', undefined, {}],
  ['promotion at once, after tests', ', promote: {}', undefined, { promote: { after: 'tests', soakMs: 0 } }],
  [
    'promotion after approval and a soak',
    ', promote: { after: approval, soak: 6h }, approval: { by: leads }',
    undefined,
    { promote: { after: 'approval', soakMs: 6 * hourMs }, approval: { by: 'leads', expiresMs: 3 * dayMs } },
  ],
  [
    'a window, in UTC unless told',
    ", window: { from: '22:00', to: '04:00' }",
    undefined,
    { window: { ...night, timezone: 'UTC' } },
  ],
  [
    'approval within a day',
    ', approval: { by: leads, expires: 1d }',
    undefined,
    { approval: { by: 'leads', expiresMs: dayMs } },
  ],
  [
    'approval within 36 hours, and a soak of 90 minutes',
    ', promote: { soak: 90m }, approval: { by: leads, expires: 36h }',
    undefined,
    {
      promote: { after: 'tests', soakMs: 90 * minuteMs },
      approval: { by: 'leads', expiresMs: 36 * hourMs },
    },
  ],
  ['a number to keep', ', retain: { count: 3 }', undefined, { retain: { count: 3 } }],
  ['a rule that says nothing', ', retain: {}', undefined, {}],
  ['days to keep', ', retain: { days: 30 }', undefined, { retain: { days: 30 } }],
  [
    'the defaults',
    '',
    "{ promote: { soak: 1d }, window: { from: '22:00', to: '04:00', timezone: Europe/London }, approval: { by: all } }",
    {
      promote: { after: 'tests', soakMs: dayMs },
      window: { ...night, timezone: 'Europe/London' },
      approval: { by: 'all', expiresMs: 3 * dayMs },
    },
  ],
  [
    'its own before the defaults',
    ", promote: { soak: 6h }, window: { from: '01:00', to: '02:00' }, approval: { by: leads }",
    "{ promote: { soak: 1d }, window: { from: '22:00', to: '04:00' }, approval: { by: all } }",
    {
      promote: { after: 'tests', soakMs: 6 * hourMs },
      window: { from: '01:00', to: '02:00', timezone: 'UTC' },
      approval: { by: 'leads', expiresMs: 3 * dayMs },
    },
  ],
])('%s', (_, image, defaults, expected) => {
  expect(expanded(image, defaults)).toEqual(expected);
});
