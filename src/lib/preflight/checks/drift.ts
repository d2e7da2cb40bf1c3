import type { LaunchPermissions } from '../../lifecycle/observation';
import { awsCommand } from '../aws-command';
import type { DriftFacts, Facts } from '../facts';
import { advice, command, Judging } from '../finding';

/** Where EC2 and Parameter Store say something else than the ledger. */
export function drift({ drift: places, deployed }: Facts): Judging {
  const judging = new Judging();
  judging.given('the ledger', deployed, () => {
    for (const place of places) {
      judgeAmi(judging, place);
      judgeParameter(judging, place);
      judgePermissions(judging, place);
    }
  });
  return judging;
}

const named = ({ image, channel }: DriftFacts): string => `${image.key}@${channel}`;

function judgeAmi(judging: Judging, place: DriftFacts): void {
  const { amiId, region, ami, image } = place;
  judging.given(`the AMI ${amiId}`, ami, (seen) => {
    if (seen?.state === 'available') return;
    judging.find('AMI_GONE', {
      subject: amiId,
      region,
      found: `${named(place)} points to ${amiId} in ${region}, which ${seen === undefined ? 'EC2 does not show' : `is ${seen.state}`}.`,
      fails: 'Nothing can be launched from it, and nothing that is built on it can be baked.',
      cures: [
        ...(seen?.state === 'disabled'
          ? [command('in this account', awsCommand('ec2 enable-image', region, { 'image-id': amiId }))]
          : []),
        command('or bake it anew', `bakery bake ${image.key} --why "its AMI ${amiId} is gone"`),
      ],
    });
  });
}

function judgeParameter(judging: Judging, place: DriftFacts): void {
  const { parameter, value, region, amiId, image } = place;
  const channel = image.channels.find((it) => it.channel === place.channel);
  if (parameter === undefined || channel?.moving === true) return;
  judging.given(`the parameter ${parameter}`, value, (seen) => {
    if (seen === amiId) return;
    judging.find('PARAMETER_DRIFT', {
      subject: parameter,
      region,
      found: `${parameter} in ${region} ${seen === undefined ? 'does not exist' : `holds ${seen}`}; the ledger says ${amiId} (${named(place)}).`,
      fails: `Whoever launches by the parameter gets ${seen === undefined ? 'nothing' : 'another AMI'}.`,
      cures: [
        advice(
          'nothing',
          'The bakery compares ten parameters at each tick and writes back what the ledger says.',
        ),
        command(
          'at once, in this account',
          awsCommand('ssm put-parameter', region, {
            name: parameter,
            value: amiId,
            type: 'String',
            'data-type': 'aws:ec2:image',
            overwrite: true,
          }),
        ),
      ],
    });
  });
}

function judgePermissions(judging: Judging, place: DriftFacts): void {
  const { image, region, amiId, permissions, ami } = place;
  if (image.channels.find((it) => it.channel === place.channel)?.moving === true) return;
  if (ami.known && ami.value?.state !== 'available') return;
  judging.given(`the launch permissions of ${amiId}`, permissions, (seen) => {
    const wanted: LaunchPermissions = {
      accounts: image.share.accounts,
      organizationArns: image.share.organizations,
      organizationalUnitArns: image.share.organizationalUnits,
    };
    const add = difference(wanted, seen);
    const remove = difference(seen, wanted);
    if (add.length + remove.length === 0) return;
    const list = (entries: object[]) => entries.flatMap((it) => Object.values(it) as string[]).join(', ');
    judging.find('LAUNCH_PERMISSIONS_DRIFT', {
      subject: amiId,
      region,
      found: `${amiId} (${named(place)}) is ${[
        ...(add.length > 0 ? [`not shared with ${list(add)}`] : []),
        ...(remove.length > 0 ? [`shared with ${list(remove)} besides`] : []),
      ].join(', and ')}.`,
      fails:
        add.length > 0
          ? `${list(add)} cannot launch it.`
          : `${list(remove)} can launch what bakery.yml does not give them.`,
      cures: [
        command(
          'in this account',
          awsCommand('ec2 modify-image-attribute', region, {
            'image-id': amiId,
            'launch-permission': {
              ...(add.length > 0 ? { Add: add } : {}),
              ...(remove.length > 0 ? { Remove: remove } : {}),
            },
          }),
        ),
      ],
    });
  });
}

/** As EC2's LaunchPermission has them. Organisations are compared by their ids: bakery.yml may have id or ARN. */
function difference(from: LaunchPermissions, what: LaunchPermissions): object[] {
  const without = (all: string[], others: string[]) => {
    const ids = new Set(others.map(idOf));
    return all.filter((it) => !ids.has(idOf(it)));
  };
  return [
    ...without(from.accounts, what.accounts).map((UserId) => ({ UserId })),
    ...without(from.organizationArns, what.organizationArns).map((OrganizationArn) => ({ OrganizationArn })),
    ...without(from.organizationalUnitArns, what.organizationalUnitArns).map((OrganizationalUnitArn) => ({
      OrganizationalUnitArn,
    })),
  ];
}

const idOf = (arnOrId: string): string => arnOrId.split('/').at(-1)!;
