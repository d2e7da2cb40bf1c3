import { createClientFactory } from '../../src/lib/aws/clients';
import { dynamoTable } from '../../src/lib/aws/dynamodb';
import { minuteMs } from '../../src/lib/definitions/instant';
import { readState } from '../../src/lib/ledger/read-state';
import { takeSlot } from '../../src/lib/ledger/writes';
import { clientsFor } from '../../src/local/aws/create-world';
import { aBake } from '../lifecycle/bakes';
import { accounts, MemoryBakery, region } from '../support/memory-bakery';
import { platformFiles } from '../support/starter';

const { platform } = accounts;

let bakery: MemoryBakery;
beforeEach(async () => {
  // One item a page.
  bakery = new MemoryBakery({ dynamodb: { pageBytes: 1 }, buildMs: 10 * minuteMs });
  bakery.push(platform, platformFiles());
  await bakery.settle();
  bakery.aws.log.step = 'then';
});
afterEach(() => bakery.close());

const table = () => {
  const prepare = clientsFor(bakery.aws, { account: platform, caller: 'test' });
  return dynamoTable(createClientFactory({ region, prepare }), 'bakery');
};
const slots = async () => (await readState(table())).slots;
const freed = () => bakery.logs.lines.filter(({ message }) => message === 'build slot freed');

test.each(['web/x86_64', 'nobody/x86_64'] as const)(
  'a slot of %s whose bake is nowhere is freed',
  async (image) => {
    await table().write([takeSlot(3, aBake({ id: 'b-lost', image }))]);
    await bakery.tick(platform);
    expect((await slots()).size).toBe(0);
    expect(freed()).toMatchObject([{ slot: 3, bake: 'b-lost' }]);
  },
);

test('a bake that is claimed while another run reads the ledger keeps its slot', async () => {
  bakery.aws.faults.add({
    label: 'the ledger is read slowly',
    when: ({ operation, input }) => {
      const { ExclusiveStartKey: from } = input as { ExclusiveStartKey?: { sk?: { S?: string } } };
      if (operation !== 'Query' || from?.sk?.S !== 'IMAGE#web/x86_64') return false;
      bakery.push(platform, platformFiles({ 'web/main.pkr.hcl': '# changed' }));
      return true;
    },
    times: 1,
    delayMs: 5_000,
  });
  bakery.aws.functions.invokeAsync({ account: platform, region }, 'reconcile', {
    Records: [
      { eventSource: 'aws:sqs', messageId: 'm-1', body: '{"kind":"tick","time":"2026-11-22T12:00:00Z"}' },
    ],
  });
  await bakery.aws.scheduler.pass(minuteMs);
  expect(bakery.aws.faults.struck.map(({ label }) => label)).toEqual(['the ledger is read slowly']);
  expect(bakery.builds('then')).toEqual(['web/x86_64']);
  expect([...(await slots()).values()]).toMatchObject([{ image: 'web/x86_64' }]);
  await bakery.settle();
  expect((await slots()).size).toBe(0);
  expect(freed()).toEqual([]);
});
