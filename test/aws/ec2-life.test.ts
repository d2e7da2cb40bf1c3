import { DisableImageCommand, EC2Client, EnableImageCommand } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../src/lib/aws/clients';
import { ec2ImageLife } from '../../src/lib/aws/ec2-life';

const aws = mockClient(EC2Client);
beforeEach(() => aws.reset());
const life = ec2ImageLife(createClientFactory({ region: 'eu-west-1' }));

test.each([
  ['disable', DisableImageCommand],
  ['enable', EnableImageCommand],
] as const)('%s: one call, for one AMI', async (what, command) => {
  aws.on(command as never).resolves({ Return: true });
  await life[what]('us-east-1', 'ami-1');
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([{ ImageId: 'ami-1' }]);
});

test.each([
  ['InvalidAMIID.NotFound', 'NOT_FOUND'],
  ['InvalidAMIID.Unavailable', 'UNAVAILABLE'],
  ['AuthFailure', 'ACCESS_DENIED'],
  ['UnauthorizedOperation', 'ACCESS_DENIED'],
  ['OperationNotPermitted', 'ACCESS_DENIED'],
  ['IncorrectState', 'CONFLICT'],
])('%s of EC2 is %s', async (name, code) => {
  aws.on(DisableImageCommand).rejects(Object.assign(new Error(''), { name }));
  await expect(life.disable('eu-west-1', 'ami-1')).rejects.toMatchObject({ code });
});
