import * as autoScaling from '@aws-sdk/client-auto-scaling';
import { ec2Operation, operationOf, type OperationSchema } from '../../../src/local/packer/front/operations';
import { queryInput } from '../../../src/local/packer/front/query-input';
import { xmlFailure, xmlOutput } from '../../../src/local/packer/front/xml-output';

export interface Asked {
  service: string;
  operation: string;
  input: unknown;
}

/** SNS, EC2 and Auto Scaling speak the query protocol; EC2 has one of its own. By version of the API: which it is. */
const services: Record<string, string> = { '2010-03-31': 'SNS', '2011-01-01': 'AutoScaling' };

const schemaOf = async (service: string, operation: string): Promise<OperationSchema | undefined> =>
  service === 'EC2' ? ec2Operation(operation) : operationOf(autoScaling, operation);

export async function queryAsked(body: string): Promise<Asked> {
  const form = new URLSearchParams(body);
  const operation = form.get('Action') ?? '';
  const service = services[form.get('Version') ?? ''] ?? 'EC2';
  if (service === 'SNS') return { service, operation, input: snsInput(form) };
  const schema = await schemaOf(service, operation);
  // Items of lists are called `Names.member.1`, where EC2 calls them `Name.1`.
  const flat = new URLSearchParams(
    [...form].map(([name, value]): [string, string] => [name.replaceAll(/\.member(?=\.\d)/g, ''), value]),
  );
  return { service, operation, input: schema === undefined ? {} : queryInput(schema.input, flat) };
}

function snsInput(form: URLSearchParams): object {
  const attributes: Record<string, object> = {};
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n += 1) {
    const at = `MessageAttributes.entry.${n}`;
    attributes[form.get(`${at}.Name`)!] = {
      DataType: form.get(`${at}.Value.DataType`)!,
      StringValue: form.get(`${at}.Value.StringValue`)!,
    };
  }
  return {
    TopicArn: form.get('TopicArn')!,
    Message: form.get('Message')!,
    ...(form.has('Subject') ? { Subject: form.get('Subject')! } : {}),
    MessageAttributes: attributes,
  };
}

export async function xmlOf(
  { service, operation }: Asked,
  members: Record<string, unknown>,
): Promise<string> {
  if (service === 'SNS')
    return `<${operation}Response><${operation}Result><MessageId>${String(members['MessageId'])}</MessageId></${operation}Result></${operation}Response>`;
  const xml = xmlOutput(operation, (await schemaOf(service, operation))!.output, members, 'none');
  if (service === 'EC2') return xml;
  return xml
    .replace('</requestId>', `</requestId><${operation}Result>`)
    .replace(`</${operation}Response>`, `</${operation}Result></${operation}Response>`);
}

export const failureXml = ({ service }: Asked, { name, message }: Error): string =>
  service === 'EC2'
    ? xmlFailure(name, message, 'none')
    : `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`;
