import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { advice, command, Judging } from '../finding';

/** What nobody could handle. The bakery heals itself without it; that something failed all its tries is worth a look. */
export function deadLetters({ deadLetters: queues, subject }: Facts): Judging {
  const judging = new Judging();
  const { region } = subject.settings;
  for (const { queue, waiting } of queues)
    judging.given(`the queue ${queue}`, waiting, (count) => {
      if (count === undefined || count === 0) return;
      judging.find('DEAD_LETTERS', {
        subject: queue,
        region,
        found: `${count} message${count === 1 ? '' : 's'} in ${queue}: every try to handle ${count === 1 ? 'it' : 'them'} failed.`,
        fails: 'Nothing is lost that a tick does not find again; what made them fail may go on failing.',
        cures: [
          command(
            'to read one',
            `aws sqs receive-message --region ${region} --queue-url "$(aws sqs get-queue-url --region ${region} --queue-name ${queue} --query QueueUrl --output text)"`,
          ),
          advice('then', 'look into the log of the function for the same time'),
          command(
            'when it is understood; the next tick sees to what they said',
            awsCommand('sqs purge-queue', region, {
              'queue-url': `https://sqs.${region}.amazonaws.com/${subject.settings.account}/${queue}`,
            }),
          ),
        ],
      });
    });
  return judging;
}
