import type { CallSite } from '../../aws/world';

/** As LocalServices.call: throws what the service throws. */
export type Call = (service: string, operation: string, input: unknown, at: CallSite) => Promise<object>;
