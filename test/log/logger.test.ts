import { createLogger } from '../../src/lib/log/logger';

const nowMs = Date.parse('2026-11-21T02:40:00Z');
const logged = (use: (log: ReturnType<typeof createLogger>) => void) => {
  const lines: string[] = [];
  use(
    createLogger({ write: (line) => lines.push(line), nowMs: () => nowMs, fields: { bakery: 'platform' } }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('a line has time, level, message and fields; those without a value are left out', () => {
  expect(
    logged((log) => log.with({ image: 'web/arm64' }).info('baked', { bake: 'b-1', code: undefined })),
  ).toEqual([
    {
      time: '2026-11-21T02:40:00.000Z',
      level: 'info',
      message: 'baked',
      bakery: 'platform',
      image: 'web/arm64',
      bake: 'b-1',
    },
  ]);
});

test('an error is told with its code and causes, as deep as is useful', () => {
  const root: Error = new Error('socket closed');
  root.cause = root;
  const error = Object.assign(new Error('cannot read', { cause: root }), { code: 'UNAVAILABLE' });
  const [line] = logged((log) => log.error('failed', { error }));
  expect(line?.['error']).toMatchObject({
    name: 'Error',
    message: 'cannot read',
    code: 'UNAVAILABLE',
    cause: { message: 'socket closed', cause: { message: 'socket closed' } },
  });
});

test('a count is a CloudWatch metric by reason, and by bakery for alarms', () => {
  expect(logged((log) => log.count('EventsRefused', 'MALFORMED'))).toEqual([
    {
      bakery: 'platform',
      reason: 'MALFORMED',
      EventsRefused: 1,
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [
          {
            Namespace: 'AmiBakery',
            Dimensions: [['reason'], ['bakery']],
            Metrics: [{ Name: 'EventsRefused', Unit: 'Count' }],
          },
        ],
      },
    },
  ]);
});
