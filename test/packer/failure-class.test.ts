import { classifyFailure } from '../../packer/environment/bake/failure-class';
import type { FailureClass } from '../../packer/environment/bake/failure-class';

/** What packer prints as its error, in the words of Packer 1.x, its Amazon plugin (SDK v1 and v2) and EC2. */
const samples: [FailureClass, string][] = [
  [
    'capacity',
    'Error launching source instance: InsufficientInstanceCapacity: We currently do not have sufficient m4.large capacity in the Availability Zone you requested (us-east-1a).\n\tstatus code: 500, request id: []',
  ],
  [
    'capacity',
    'Error launching source instance: operation error EC2: RunInstances, exceeded maximum number of attempts, 10, https response error StatusCode: 500, api error InsufficientInstanceCapacity: We currently do not have sufficient i8g.xlarge capacity',
  ],
  [
    'capacity',
    'Error launching source instance: VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows',
  ],
  [
    'capacity',
    'Error launching source instance: InsufficientFreeAddressesInSubnet: There are not enough free addresses in subnet',
  ],
  [
    'capacity',
    'Error launching source instance: Unsupported: Your requested instance type (m7g.large) is not supported in your requested Availability Zone (us-east-1e).',
  ],
  [
    'spot',
    'Error waiting for fleet request (fleet-1) to become ready: UnfulfillableCapacity: Unable to fulfill capacity due to your request configuration.',
  ],
  [
    'spot',
    "error launching fleet: 'InsufficientInstanceCapacity': There is no Spot capacity available that matches your request.",
  ],
  [
    'spot',
    'Error launching source spot instance: SpotMaxPriceTooLow: Your Spot request price of 0.01 is lower than the minimum required Spot request fulfillment price',
  ],
  [
    'spot',
    'Error launching source spot instance: MaxSpotInstanceCountExceeded: Max spot instance count exceeded',
  ],
  [
    'spot',
    'Error waiting for instance (i-1) to become ready: Server.SpotInstanceTermination: Instance was terminated',
  ],
  ['throttle', 'Error querying images: Request limit exceeded. (RequestLimitExceeded)'],
  ['throttle', 'Error on AMIStateRefresh: RequestLimitExceeded: Request limit exceeded.\n\tstatus code: 503'],
  ['throttle', 'Error describing subnets: Throttling: Rate exceeded'],
  [
    'throttle',
    'Error waiting for AMI: Failed with ResourceNotReady error, which can have a variety of causes. original error: ResourceNotReady: exceeded wait attempts',
  ],
  ['network', 'Timeout waiting for SSH.'],
  [
    'network',
    'Error waiting for SSH: Packer experienced an authentication error when trying to connect via SSH: ssh: handshake failed: ssh: unable to authenticate',
  ],
  ['network', 'Error launching source instance: 500 Internal Server Error'],
  [
    'network',
    'RequestError: send request failed\ncaused by: Post "https://ec2.eu-west-1.amazonaws.com/": dial tcp: lookup ec2.eu-west-1.amazonaws.com: no such host',
  ],
  ['script', 'Script exited with non-zero exit status: 7. Allowed exit codes are: [0]'],
  [
    'script',
    'Script disconnected unexpectedly. If you expected your script to disconnect, i.e. from a restart, you can try adding `"expect_disconnect": true`',
  ],
  ['script', 'Error executing Ansible: Non-zero exit status: exit status 2'],
  [
    'template',
    'Error: Unsupported argument\n\n  on image.pkr.hcl line 12:\nAn argument named "ami_nam" is not expected here.',
  ],
  [
    'template',
    'Error: Failed to prepare build: "batch"\n\n1 error occurred:\n\t* unknown configuration key: \'"metadata_optionz"\'',
  ],
  ['template', "Error querying AMI: InvalidAMIID.NotFound: The image id '[ami-0]' does not exist"],
  ['template', 'No AMI was found matching filters: {'],
  [
    'template',
    'Error launching source instance: UnauthorizedOperation: You are not authorized to perform this operation.',
  ],
  ['template', 'Failed to parse template: Error parsing JSON: invalid character'],
  ['template', 'VPCIdNotSpecified: No default VPC for this user'],
  ['unknown', 'The moon was in the wrong quarter.'],
];

it.each(samples)('%s: %s', (expected, message) => {
  expect(classifyFailure([message], message.split('\n'), 'build')).toBe(expected);
});

it('a script that failed because the network did is worth another try', () => {
  const output = [
    '    amazon-ebs.web: Curl error (6): Could not resolve host: cdn.amazonlinux.com',
    '==> amazon-ebs.web: Script exited with non-zero exit status: 1',
  ];
  expect(classifyFailure([output[1]!], output, 'build')).toBe('network');
});

it("what a script prints about AWS does not outweigh the script's own failure", () => {
  const output = [
    '    amazon-ebs.web: installing sdk … RequestLimitExceeded is an error of EC2',
    '==> amazon-ebs.web: Script exited with non-zero exit status: 1',
  ];
  expect(classifyFailure([output[1]!], output, 'build')).toBe('script');
});

it('whatever validate says is the template, unless AWS is the reason', () => {
  expect(classifyFailure([], ['A thing that this table has never seen.'], 'validate')).toBe('template');
  expect(
    classifyFailure(
      [],
      ['Datasource.Execute failed: RequestLimitExceeded: Request limit exceeded.'],
      'validate',
    ),
  ).toBe('throttle');
});
