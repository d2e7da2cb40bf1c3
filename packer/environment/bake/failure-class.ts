/** What made a bake fail; the bakery retries what may pass by itself and blocks the rest. */
export type FailureClass = 'capacity' | 'throttle' | 'spot' | 'network' | 'script' | 'template' | 'unknown';

/** EC2 names its errors; Packer and its plugin pass the names on inside their own sentences. First match wins. */
const awsErrors: [FailureClass, RegExp][] = [
  [
    'spot',
    /SpotMaxPriceTooLow|MaxSpotInstanceCountExceeded|UnfulfillableCapacity|no Spot capacity available/i,
  ],
  [
    'spot',
    /SpotInstance(Termination|Shutdown|Interrupt)|instance-terminated-(by-price|no-capacity)|spot (instance )?(request|interruption).*(terminated|failed|cancell?ed|interrupted)/i,
  ],
  [
    'capacity',
    /Insufficient(Instance|Host|Address|ReservedInstance|Volume)?Capacity|InsufficientFreeAddressesInSubnet/,
  ],
  [
    'capacity',
    /(Vcpu|Instance|Address|SecurityGroup|Volume|Snapshot)LimitExceeded|MaxIOPSLimitExceeded|ResourceLimitExceeded|not supported in your requested Availability Zone/,
  ],
  [
    'throttle',
    /RequestLimitExceeded|Throttl(ed|ing)|Rate exceeded|TooManyRequests|SlowDown|SnapshotCreationPerVolumeRateExceeded|ConcurrentSnapshotLimitExceeded/,
  ],
  // EC2 was slower than the template's aws_polling allows for.
  ['throttle', /exceeded wait attempts|exceeded max wait time/],
];

const unreachable: RegExp =
  /Timeout waiting for (SSH|WinRM)|Error waiting for SSH|ssh: handshake failed|Error connecting to (SSH|session)|Bad exit status: -1|TLS handshake timeout|i\/o timeout|connection (refused|reset by peer|timed out)|no such host|dial tcp|send request failed|ServiceUnavailable|InternalError\b|Unavailable: |500 Internal Server Error|unexpected EOF/i;

/** A script that failed because the network did, not because of what it says. */
const networkInScript: RegExp =
  /Could not resolve host|Temporary failure (in name resolution|resolving)|Curl error \(\d+\)|Failed to (download|synchronize) (metadata|packages|cache)|Cannot (download|find a valid baseurl)|E: (Failed to fetch|Unable to fetch)|Connection (timed out|reset by peer)|TLS handshake timeout|503 Service Unavailable|Network is unreachable|All mirrors were tried/i;

const scriptFailed: RegExp =
  /Script exited with non-zero exit status|exited with non-zero exit status|Script disconnected unexpectedly|Error executing Ansible|Error running (script|provisioner)|Provisioner .* (failed|errored)|Bad source .*: no such file|Process exited with status [1-9]/i;

const templateWrong: RegExp =
  /Failed to (parse|initialize|prepare) |Failed preparing|Error: (Unsupported|Missing|Invalid|Unknown|Argument|Duplicate|Undefined|Incorrect|Variable|Reference|Unset|Could not find)|unknown configuration key|Blocks of type|A \S+ must be specified|Bad script|No builds to run|No AMI was found matching filters|Unsupported Packer Core version|Missing plugins|VPCIdNotSpecified|VPCResourceNotSpecified|UnauthorizedOperation|AuthFailure|AccessDenied|OptInRequired|NoCredentialProviders|no valid credential|Invalid(AMIID|AMIName|AMIAttribute|Parameter|SubnetID|Group|KeyPair|BlockDeviceMapping|Vpc|IamInstanceProfile|Instance(ID|Type))|MissingParameter|UnsupportedOperation|is configured with .*not supported/;

/** Some of the rules above take the square of a line's length; what went wrong is said at its beginning or its end. */
const shortened = (line: string): string =>
  line.length <= 4_000 ? line : `${line.slice(0, 2_000)} … ${line.slice(-2_000)}`;

/**
 * Tells what made packer fail, from its error messages and its last lines of output. AWS's own errors weigh most, then
 * whether the instance could be reached, then the scripts, then the template.
 */
export function classifyFailure(
  errors: string[],
  output: string[],
  step: 'validate' | 'build',
): FailureClass {
  const said = errors.slice(-60).map(shortened).join('\n');
  const tail = output.slice(-60).map(shortened).join('\n');
  const everything = `${said}\n${tail}`;
  for (const [name, pattern] of awsErrors) if (pattern.test(said)) return name;
  if (scriptFailed.test(said)) return networkInScript.test(tail) ? 'network' : 'script';
  if (unreachable.test(said)) return 'network';
  if (templateWrong.test(said)) return 'template';
  for (const [name, pattern] of awsErrors) if (pattern.test(everything)) return name;
  if (step === 'validate') return 'template';
  if (scriptFailed.test(everything)) return networkInScript.test(tail) ? 'network' : 'script';
  if (unreachable.test(everything)) return 'network';
  return templateWrong.test(everything) ? 'template' : 'unknown';
}
