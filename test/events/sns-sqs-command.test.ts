import * as fc from 'fast-check';
import { readCommand } from '../../src/lib/events/command-event';
import { readSnsEvent } from '../../src/lib/events/sns-event';
import { readSqsEvent } from '../../src/lib/events/sqs-event';
import { change, readEvent } from '../fixtures/events/read-event';

describe('an SNS event', () => {
  const event = readEvent('sns-image-published');
  test('gives the messages with their topics', () => {
    expect(readSnsEvent(event)).toEqual({
      messages: [
        {
          messageId: 'b1f6c2d4-7a3e-5c08-9d1f-4e2a6b8c0d31',
          topicArn: 'arn:aws:sns:eu-west-1:111111111111:platform-announcements',
          text: expect.stringContaining('ami-bakery/image-published/1') as string,
        },
      ],
    });
  });

  test.each(['EventSource', 'Sns', 'Sns.MessageId', 'Sns.TopicArn', 'Sns.Message'])(
    'without %s is refused',
    (path) => {
      const read = readSnsEvent(change(event, `Records.0.${path}`, undefined));
      expect(read).toEqual({ refused: expect.stringContaining(path) as string });
    },
  );
});

describe('a batch from the queue', () => {
  test('is read message by message: one that is broken does not hold up the other', () => {
    const event = readEvent('sqs-batch');
    expect(readSqsEvent(event)).toMatchObject({
      messages: [{ wakeUp: { kind: 'push', branch: 'main' } }, { wakeUp: { kind: 'tick' } }],
    });
    for (const body of ['not JSON', '{"kind":"cake"}', '{"kind":"push"}', 'null'])
      expect(readSqsEvent(change(event, 'Records.0.body', body))).toMatchObject({
        messages: [{ refused: expect.any(String) as string }, { wakeUp: { kind: 'tick' } }],
      });
  });

  test.each(['Records', 'Records.0.messageId', 'Records.0.body', 'Records.1.eventSource'])(
    'without %s is refused',
    (path) => {
      expect(readSqsEvent(change(readEvent('sqs-batch'), path, undefined))).toHaveProperty('refused');
    },
  );
});

describe('a command', () => {
  const command = { command: 'bake', image: 'web', by: 'carol', why: 'CVE-2026-4711' };

  test.each([
    [{}, 'web'],
    [{ image: 'web/arm64' }, 'web/arm64'],
    [{ architecture: 'arm64' }, 'web/arm64'],
    [{ image: 'web/arm64', architecture: 'arm64' }, 'web/arm64'],
  ])('%j is for %s', (more, image) => {
    expect(readCommand({ ...command, ...more })).toEqual({ request: { ...command, image } });
  });

  const adopt = { ...command, command: 'adopt', amiId: 'ami-0123456789abcdef0' };

  test.each<[string, object, object]>([
    ['pausing an image', { ...command, command: 'pause' }, {}],
    ['pausing the bakery', { command: 'pause', by: 'carol', why: 'an incident' }, {}],
    ['resuming needs no reason', { command: 'resume', by: 'carol' }, { why: '' }],
    ['resuming an image', { command: 'resume', image: 'web/arm64', by: 'carol', why: 'over' }, {}],
    ['adopting', adopt, {}],
    ['adopting for a channel', { ...adopt, channel: 'candidate', id: 'c-1' }, {}],
  ])('%s', (_, event, more) => {
    expect(readCommand(event)).toEqual({ request: { ...event, ...more } });
  });

  test.each<[string, object]>([
    ['why', { command: 'pause', by: 'carol' }],
    ['of which image', { command: 'pause', by: 'carol', why: 'x', architecture: 'arm64' }],
    ['image', { ...adopt, image: undefined }],
    ['amiId', { ...adopt, amiId: 'ami-xyz' }],
    ['amiId', { ...adopt, amiId: undefined }],
    ['channel', { ...adopt, channel: 'a/b' }],
  ])('that lacks what it needs is refused for its %s: %j', (path, event) => {
    expect(readCommand(event)).toEqual({ refused: expect.stringContaining(path) as string });
  });

  test.each<[string, object]>([
    ['command', { command: 'delete' }],
    ['image', { image: '../web' }],
    ['image', { image: 'web/mips' }],
    ['image', { image: undefined }],
    ['architecture', { architecture: 'mips' }],
    ['do not agree', { image: 'web/arm64', architecture: 'x86_64' }],
    ['by', { by: '' }],
    ['why', { why: undefined }],
    ['why', { why: 'x'.repeat(501) }],
    ['id', { id: 'a b' }],
  ])('with a wrong %s is refused: %j', (path, more) => {
    expect(readCommand({ ...command, ...more })).toEqual({
      refused: expect.stringContaining(path) as string,
    });
  });
});

test('whatever comes in, there is an answer', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (event) => {
      expect(readSnsEvent(event)).toHaveProperty('refused');
      expect(readSqsEvent(event)).toHaveProperty('refused');
      expect(readCommand(event)).toHaveProperty('refused');
    }),
  );
});
