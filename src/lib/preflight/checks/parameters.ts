import { awsCommand } from '../aws-command';
import type { Facts } from '../facts';
import { command, Judging } from '../finding';

/** Parameters below the bakery's own prefix that it cannot write, or that others take for its own. */
export function parameters({ strangers, subject }: Facts): Judging {
  const judging = new Judging();
  judging.given('the parameters of the bakery', strangers, (all) => {
    for (const { region, name, value, known, keeper, oldest } of all) {
      if (!known && keeper !== subject.settings.bakery)
        judging.find('PARAMETER_FOREIGN', {
          subject: name,
          region,
          found: `${name} in ${region} holds ${value} and ${keeper === undefined ? 'was not made by a bakery' : `is kept by the bakery ${keeper}`}.`,
          fails:
            'The bakery never overwrites it: an image whose channel is to be kept there is blocked. People may take it for an image of the bakery’s.',
          cures: [
            command(
              'to take it over, with the AMI that it holds',
              `bakery adopt IMAGE ${value} --why "it was there before"`,
            ),
            command('or to be rid of it', awsCommand('ssm delete-parameter', region, { name })),
          ],
        });
      if (oldest !== undefined && oldest.labels.length > 0)
        judging.find('PARAMETER_HISTORY_LABELLED', {
          subject: name,
          region,
          found: `${name} in ${region} has 100 versions, and the oldest, ${oldest.version}, carries the label ${oldest.labels.join(', ')}.`,
          fails: 'SSM refuses every further write: the channel cannot be moved.',
          cures: [
            command(
              'in this account',
              awsCommand('ssm unlabel-parameter-version', region, {
                name,
                'parameter-version': oldest.version,
                labels: oldest.labels,
              }),
            ),
          ],
        });
    }
  });
  return judging;
}
