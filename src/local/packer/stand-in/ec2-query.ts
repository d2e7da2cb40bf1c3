import { XMLParser } from 'fast-xml-parser';

type Argument =
  string | number | boolean | undefined | readonly Argument[] | { readonly [name: string]: Argument };
export type Answer = { readonly [name: string]: Answer | Answer[] | string | undefined };

export class Ec2Error extends Error {
  override readonly name = 'Ec2Error';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'item' });

/** EC2 over its Query protocol, just enough for the stand-in. Throws Ec2Error. */
export class Ec2Query {
  constructor(
    private readonly endpoint: string,
    private readonly accessKey: string,
    private readonly userAgent: string,
  ) {}

  async call(region: string, action: string, input: Record<string, Argument>): Promise<Answer> {
    const form = new URLSearchParams({ Action: action, Version: '2016-11-15' });
    flatten(form, '', input);
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const credential = `${this.accessKey}/${day}/${region}/ec2/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: 'POST',
      body: form,
      headers: {
        // Nobody checks signatures here: the front reads account and region from the credential.
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`,
        'user-agent': this.userAgent,
      },
    });
    const document = parser.parse(await response.text()) as Record<string, Answer>;
    if (response.ok) return document[`${action}Response`] ?? {};
    const error = ((document.Response?.Errors as Answer | undefined)?.Error ?? {}) as Record<string, string>;
    throw new Ec2Error(error.Code ?? String(response.status), error.Message ?? 'no message');
  }
}

function flatten(form: URLSearchParams, prefix: string, value: Argument): void {
  if (value === undefined) return;
  if (typeof value !== 'object') return form.append(prefix, String(value));
  const dot = prefix === '' ? '' : `${prefix}.`;
  if (Array.isArray(value)) value.forEach((each: Argument, i) => flatten(form, `${dot}${i + 1}`, each));
  else for (const [name, each] of Object.entries(value)) flatten(form, `${dot}${name}`, each);
}

/** The items of a list in an answer. */
export const itemsOf = (list: Answer[string]): Answer[] =>
  typeof list === 'object' && !Array.isArray(list) ? ((list.item as Answer[] | undefined) ?? []) : [];

export const textOf = (value: Answer[string]): string => (typeof value === 'string' ? value : '');
