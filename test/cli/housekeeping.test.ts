import { housekeepingTeller } from '../../src/cli/housekeeping';

const account = '111111111111';
const leftover = {
  account,
  function: 'janitor',
  message: 'leftover',
  kind: 'image',
  region: 'eu-west-1',
  id: 'ami-0d0fd367ad737b6bd',
  reason: 'bake b-01 of web/x86_64 ended 42 min ago: failed',
};
const retention = {
  account,
  function: 'retire',
  message: 'retention',
  image: 'web/x86_64',
  bake: 'b-01',
  from: 'ready',
  to: 'deprecated',
  reason: 'nothing refers to it',
};
const overdue = {
  account,
  function: 'janitor',
  message: 'build over its time',
  build: 'bakery-packer:9b4e',
  bake: 'b-01',
  reason: 'it was started 101 min ago',
};
const tooMany = {
  account,
  function: 'janitor',
  message: 'more leftovers than are removed without being asked',
  found: 22,
  most: 20,
};

test.each([
  [
    { ...leftover, outcome: 'done' },
    'removed: image ami-0d0fd367ad737b6bd: bake b-01 of web/x86_64 ended 42 min ago: failed',
  ],
  [
    { ...leftover, outcome: 'failed', error: 'slow down' },
    'could not be removed: image ami-0d0fd367ad737b6bd: slow down',
  ],
  [{ ...retention, outcome: 'done' }, 'retention: web/x86_64: b-01 ready → deprecated: nothing refers to it'],
  [{ ...retention, to: 'ready', outcome: 'done' }, 'retention: web/x86_64: b-01 ready: nothing refers to it'],
  [{ ...retention, outcome: 'failed', error: 'slow down' }, 'could not be retired: b-01: slow down'],
  [{ ...overdue, outcome: 'done' }, 'build stopped: bakery-packer:9b4e: it was started 101 min ago'],
  [
    { ...overdue, outcome: 'failed', error: 'slow down' },
    'build could not be stopped: bakery-packer:9b4e: slow down',
  ],
  [tooMany, 'more leftovers than are removed without being asked: 22, see bakery janitor --dry-run'],
  [
    {
      account,
      function: 'retire',
      message: 'more bakes would be retired than are without being asked',
      found: 5,
      reasons: ['5 of the 8 bakes of web/x86_64 would go on at once'],
    },
    'more bakes would be retired than are without being asked: 5, see bakery retire --dry-run',
  ],
])('%j', (line, text) => {
  expect(housekeepingTeller()(line)).toBe(text);
});

test.each([
  ['the end of a run', { account, function: 'janitor', message: 'janitor', found: 0, removed: 0 }],
  ['the end of a retirement', { account, function: 'retire', message: 'retire', found: 3, done: 3 }],
  ['what a later run takes', { ...leftover, outcome: 'left', error: 'has a dependent object' }],
  ['what came into use in between', { ...retention, outcome: 'left', error: 'an instance runs on it' }],
  [
    'what somebody else has done',
    { account, function: 'reconcile', message: 'channel moved', outcome: 'done' },
  ],
])('nothing is told of %s', (_what, line) => {
  expect(housekeepingTeller()(line)).toBeUndefined();
});

test('what is in the way is told when it begins, not with every run', () => {
  const tell = housekeepingTeller();
  const failed = { ...leftover, outcome: 'failed', error: 'slow down' };
  expect(tell(failed)).toBeDefined();
  expect(tell({ ...failed, reason: 'bake b-01 of web/x86_64 ended 102 min ago: failed' })).toBeUndefined();
  expect(tell({ ...failed, error: 'not allowed' })).toContain('not allowed');
  expect(tell(tooMany)).toContain('22');
  expect(tell(tooMany)).toBeUndefined();
  expect(tell({ ...tooMany, account: '222222222222' })).toContain('22');
});
